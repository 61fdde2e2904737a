/** So many wait inside an isolate at most; it is given more when half of them have begun. */
const MAX_WAITING = 8;
/** Whoever waits inside for longer goes elsewhere. */
const STALL_MS = 50;
/**
 * An isolate and who was handed to it: it executes the first; the others wait inside, so that it begins the next one without a
 * word from here.
 *
 * Each run begins with its ticket only (`Tickets`), so that one that waits can be taken back at any moment with certainty.
 */
export class Lane {
    isolate;
    onStall;
    handed = [];
    numbers = 0;
    timer = null;
    /** Nobody is to wait for the one that is in it. */
    isHeld = false;
    isOver = false;
    /** What was left of the tickets when the isolate was gone. */
    left = null;
    /** @param onStall gets those back who would wait too long. */
    constructor(isolate, onStall) {
        this.isolate = isolate;
        this.onStall = onStall;
    }
    get size() {
        return this.handed.length;
    }
    /** Whether brief runs may be handed to it while it is busy. */
    get takesMore() {
        return (this.isolate.tickets !== null &&
            !this.isolate.hasExited &&
            !this.isHeld &&
            !this.isOver &&
            this.size > 0 &&
            this.size <= MAX_WAITING &&
            this.handed.every(({ turn }) => turn.isBrief()));
    }
    /** Less than half of its places are taken. */
    get runsDry() {
        return this.size <= MAX_WAITING / 2;
    }
    has(turn) {
        return this.handed.some((one) => one.turn === turn);
    }
    hand(turn) {
        const number = (this.numbers += 1);
        const mustWait = this.size > 0;
        this.handed.push({ number, turn });
        this.send(number, turn);
        if (mustWait)
            this.watch();
        else
            turn.begin(this.isolate, number);
    }
    /** The first is over: what the isolate says next is of the next one, if any; answers whether there is one. */
    goOn() {
        this.handed.shift();
        this.isHeld = false;
        const [next] = this.handed;
        next?.turn.begin(this.isolate, next.number);
        return next !== undefined;
    }
    /** All who have not begun, nor ever will in this isolate; those who have begun stay. */
    takeBack() {
        if (this.size < 2)
            return [];
        const numbers = this.left ?? this.tickets();
        const [first, ...others] = this.handed;
        // The one before it is over, and the isolate has not come to it yet: it stays, and is said again, since it may be forgotten.
        if (first !== undefined && numbers.has(first.number))
            this.send(first.number, first.turn);
        const back = others.filter(({ number }) => numbers.has(number));
        // Tickets are taken in order, so those who stay are the first ones.
        this.handed.splice(this.size - back.length);
        return back.map(({ turn }) => turn);
    }
    /** Of an isolate that is gone: whether the first has begun in it. One that could not start would not do so for the next either. */
    hadBegun() {
        this.isOver = true;
        this.left ??= this.tickets();
        const [first] = this.handed;
        return !this.isolate.isReady || first === undefined || !this.left.has(first.number);
    }
    /** As `takeBack`, and nobody is handed to it until it goes on. */
    hold() {
        this.isHeld = true;
        return this.takeBack();
    }
    /** As `takeBack`, and nobody is handed to it any more. */
    stop() {
        this.isOver = true;
        return this.takeBack();
    }
    tickets() {
        return this.isolate.tickets?.takeBack() ?? new Set();
    }
    send(number, { job }) {
        if (job === null)
            return;
        // Before it is sent: an isolate that finds no ticket for a run forgets it.
        this.isolate.tickets?.add(number);
        this.isolate.sendRun({ number, job, needsTicket: this.isolate.tickets !== null });
    }
    watch() {
        if (this.timer !== null)
            return;
        const [watched] = this.handed;
        this.timer = setTimeout(() => {
            this.timer = null;
            const [first] = this.handed;
            if (first === undefined || this.size < 2)
                return;
            if (first !== watched) {
                this.watch();
                return;
            }
            first.turn.wasSlow();
            this.onStall(this.hold());
        }, STALL_MS).unref();
    }
}
//# sourceMappingURL=lane.js.map