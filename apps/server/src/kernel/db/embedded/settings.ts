/** Given on the command line at every start, so that the cluster's own files stay as initdb made them. */
export function settings(durable: boolean): Record<string, string | number> {
  return {
    max_connections: 200,
    shared_buffers: '256MB',
    timezone: 'UTC',
    jit: 'off', // compiling costs more than our short queries
    max_wal_size: '1GB',
    checkpoint_timeout: '15min',
    // What reaches the log. A statement's text or a row's values may be secrets, so they never do.
    log_line_prefix: '%e ', // the SQLSTATE, see server-log.ts
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(durable ? DURABLE : FAST),
  };
}

/** PostgreSQL's own defaults, stated because our promise rests on them. */
const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

/** For tests. A power failure loses everything, but the end of a process loses nothing that was committed. */
const FAST = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  autovacuum: 'off',
};
