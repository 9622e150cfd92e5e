import { answerWithin } from './answer-within.ts';

/** Keeps its processor busy for that many milliseconds. */
answerWithin(500, (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; );
  return ms;
});
