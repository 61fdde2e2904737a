/**
 * Brings what an isolate says and writes back into the order of its runs: its three ways are read at different times, and the next
 * run may have begun by then.
 *
 * Each way tells where in it a run ends. What follows is held until all of them have come as far.
 */
export class RunOrder {
    messages = [];
    outputs = { stdout: [], stderr: [] };
    all = [this.messages, ...Object.values(this.outputs)];
    add(way, tell) {
        const held = this.heldOf(way);
        if (held.length === 0)
            tell();
        else
            held.push(tell);
    }
    /** @param tell called when everything of the run that ends here has been told. */
    endOfMessages(tell, isSilent) {
        this.messages.push(isSilent ? 'silent end' : 'end', tell);
        this.goOn();
    }
    endOfOutput(way) {
        this.outputs[way].push('end');
        this.goOn();
    }
    goOn() {
        this.passSilentEnds();
        while (this.all.every(([first]) => first === 'end')) {
            for (const held of this.all)
                held.shift();
            tellUntilEnd(this.messages);
            // Of runs that wrote nothing: what is held of outputs is of a later one.
            this.passSilentEnds();
            for (const held of Object.values(this.outputs))
                tellUntilEnd(held);
        }
    }
    passSilentEnds() {
        while (this.messages[0] === 'silent end') {
            this.messages.shift();
            tellUntilEnd(this.messages);
        }
    }
    heldOf(way) {
        return way === 'messages' ? this.messages : this.outputs[way];
    }
}
function tellUntilEnd(held) {
    while (typeof held[0] === 'function')
        held.shift()();
}
//# sourceMappingURL=run-order.js.map