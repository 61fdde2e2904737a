/** Time, as an argument: production follows the database's clock, tests set it. */
export interface Clock {
    /** The present, for due times and stamps; never used to judge whether a lease is over. */
    now(): Date;
    /** Milliseconds that never jump or go back; only differences mean anything. */
    monotonicMs(): number;
}
