/**
 * Repair by hand: which job is the retry of which, dead letters that were put aside, and an index for each way to search jobs.
 * A retry is a row of its own, keyed by the retried job: nobody retries it twice, and no column is added to what workers write.
 */
export async function up(knex) {
    const { config } = knex.client;
    const postgres = config.client === 'pg';
    const uuid = postgres ? 'uuid' : 'text';
    const instant = postgres ? 'timestamptz' : 'integer';
    const statements = [
        `create table job_retries (retried_from ${uuid} primary key, job_id ${uuid} not null unique)${postgres ? '' : ' strict, without rowid'}`,
        `alter table dead_letters add column discarded_at ${instant}`,
        `drop index dead_letters_definition`,
        `create index dead_letters_kept on dead_letters (id) where discarded_at is null`,
        `create index dead_letters_definition on dead_letters (definition_key, id) where discarded_at is null`,
        `create index finished_jobs_created on finished_jobs (queued_at, id)`,
        // Claimed jobs are few; keeping them out spares the claim an entry.
        `create index jobs_created on jobs (queued_at, id) where lease_token is null`,
        `create index idempotency_keys_key on idempotency_keys (key)`,
        ...(postgres ? POSTGRES_ERROR_INDEX : SQLITE_ERROR_INDEX),
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
export async function down(knex) {
    const { config } = knex.client;
    const postgres = config.client === 'pg';
    const statements = [
        ...(postgres
            ? ['drop index jobs_error', 'drop index finished_jobs_error', 'drop function error_words(text)']
            : [
                ...['jobs_error_set', 'jobs_error_gone', 'finished_jobs_error_set', 'finished_jobs_error_gone'].map((trigger) => `drop trigger ${trigger}`),
                'drop table job_errors_words',
                'drop table job_errors',
            ]),
        'drop index idempotency_keys_key',
        'drop index jobs_created',
        'drop index finished_jobs_created',
        'drop index dead_letters_definition',
        'drop index dead_letters_kept',
        'alter table dead_letters drop column discarded_at',
        'create index dead_letters_definition on dead_letters (definition_key, id)',
        'drop table job_retries',
    ];
    for (const statement of statements)
        await knex.raw(statement);
}
/** Words as `errorWords` in src/domain/job-search.ts cuts them, whatever the collation of the database. */
const POSTGRES_ERROR_INDEX = [
    `create function error_words(error text) returns text[] language sql immutable strict parallel safe as $$
    select array_agg(distinct left(word, 64)) from regexp_split_to_table(lower(error collate "C"), '[\\x01-\\x2f\\x3a-\\x60\\x7b-\\x7f]+') as word
    where word <> '' $$`,
    `create index finished_jobs_error on finished_jobs using gin (error_words(error_summary)) where error_summary is not null`,
    `create index jobs_error on jobs using gin (error_words(error_summary)) where error_summary is not null and lease_token is null`,
];
/** The text that is indexed has a key of its own: vacuuming may give new row ids to tables without one. */
const SQLITE_ERROR_INDEX = [
    `create table job_errors (row integer primary key, job_id text not null unique, error text not null) strict`,
    `create virtual table job_errors_words using fts5(error, content = 'job_errors', content_rowid = 'row', tokenize = 'ascii',
    detail = 'none')`,
    `create trigger job_errors_added after insert on job_errors begin
    insert into job_errors_words (rowid, error) values (new.row, new.error);
  end`,
    `create trigger job_errors_removed after delete on job_errors begin
    insert into job_errors_words (job_errors_words, rowid, error) values ('delete', old.row, old.error);
  end`,
    // Written anew, not updated: an update that changes nothing would still be worked out by both triggers above.
    `create trigger jobs_error_set after update of error_summary on jobs when new.error_summary is not old.error_summary begin
    delete from job_errors where job_id = new.id;
    insert into job_errors (job_id, error) select new.id, new.error_summary where new.error_summary is not null;
  end`,
    `create trigger finished_jobs_error_set after insert on finished_jobs when new.error_summary is not null begin
    delete from job_errors where job_id = new.id;
    insert into job_errors (job_id, error) values (new.id, new.error_summary);
  end`,
    `create trigger jobs_error_gone after delete on jobs when old.error_summary is not null
    and not exists (select 1 from finished_jobs where id = old.id and error_summary is not null) begin
    delete from job_errors where job_id = old.id;
  end`,
    `create trigger finished_jobs_error_gone after delete on finished_jobs when old.error_summary is not null begin
    delete from job_errors where job_id = old.id;
  end`,
    `insert into job_errors (job_id, error) select id, error_summary from jobs where error_summary is not null`,
    `insert into job_errors (job_id, error) select id, error_summary from finished_jobs where error_summary is not null`,
];
//# sourceMappingURL=0003-operators.js.map