/** What the robot took of a host's screen, whatever its type. */
export const SCREENSHOT = 'Screenshot';
/** What was kept because a job faulted. */
const EVIDENCE = 'Evidence';

/**
 * SQL: whether an attachment `a`, as the file `l` of a job, is a recording of its execution: a screenshot of
 * the host, or a picture or film that the job left as evidence.
 */
export const IS_MEDIA = `(a.file_key is not null and (l.category = '${SCREENSHOT}'
  or l.category = '${EVIDENCE}' and a.content_type ~ '^(image|video)/'))`;
