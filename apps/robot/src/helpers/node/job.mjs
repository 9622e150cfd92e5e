// The files through which a job and its robot speak.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseJson, toJson } from './json.mjs';

/** The input arguments, an object. */
export function input() {
  const file = process.env.BATON_INPUT;
  return file ? parseJson(readFileSync(file, 'utf8')) : {};
}

/** Sets the output arguments, an object. The last call before the job ends counts. */
export function output(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError('output arguments are an object');
  }
  const file = process.env.BATON_OUTPUT;
  if (file) writeWhole(file, toJson(value));
  else console.log(toJson(value, 2));
}

let asked = false;
let acknowledged = false;

/**
 * Whether somebody asked the job to stop. After a true answer, a job that ends without an error is Stopped.
 */
export function stopRequested() {
  const file = process.env.BATON_STOP;
  if (!asked && !(file && existsSync(file))) return false;
  const beside = process.env.BATON_OUTPUT;
  if (!acknowledged && beside) writeWhole(join(dirname(beside), 'stopped.json'), '{"stopped": true}');
  acknowledged = true;
  return true;
}

/** Called by the robot's bootstrap when SIGTERM comes. */
export function askToStop() {
  asked = true;
}

// The robot cuts lines at 65,536 characters, and a record that is cut is no longer valid JSON.
const MAX_MESSAGE = 60_000;

/** Escaped, so many characters are shorter than the longest line that the robot takes. */
const MAX_MASK = 10_000;

/**
 * From here on, the job's log shows *** in the place of this text. Texts of less than four characters stay.
 */
export function mask(secret) {
  const file = process.env.BATON_LOG;
  for (let start = 0; file && start < secret.length; start += MAX_MASK)
    appendFileSync(file, `${JSON.stringify({ mask: secret.slice(start, start + MAX_MASK) })}\n`);
}

function logger(level) {
  return (message, fields) => {
    const text = message instanceof Error ? (message.stack ?? String(message)) : String(message);
    const more = text.length - MAX_MESSAGE;
    const cut = more > 0 ? `${text.slice(0, MAX_MESSAGE)} ... [${more} characters cut]` : text;
    const record = { level, message: cut, timeStamp: new Date().toISOString(), fields };
    // One synchronous append: lines of several processes do not mix, and none is lost at an exit.
    if (process.env.BATON_LOG) appendFileSync(process.env.BATON_LOG, `${toJson(record)}\n`);
    else console.log(`${level}: ${cut}`);
  };
}

/** `log.info('text', { field: 1 })` */
export const log = Object.freeze({
  verbose: logger('Verbose'),
  trace: logger('Trace'),
  debug: logger('Trace'),
  info: logger('Information'),
  warn: logger('Warning'),
  error: logger('Error'),
  critical: logger('Critical'),
});

function writeWhole(file, text) {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text, { flush: true });
  renameSync(temporary, file);
}
