/** Since when the database has answered without a gap. */
export class Reachability {
    now;
    sinceDate;
    away = false;
    constructor(now) {
        this.now = now;
        this.sinceDate = now();
    }
    since() {
        return this.sinceDate;
    }
    answered() {
        if (this.away)
            this.startOver();
    }
    failed() {
        this.away = true;
    }
    /** What was seen before says nothing any more. */
    startOver() {
        this.away = false;
        this.sinceDate = this.now();
    }
}
//# sourceMappingURL=reachability.js.map