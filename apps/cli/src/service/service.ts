/** What a service manager is told about a robot. */
export interface ServiceRequest {
  readonly name: string;
  /** The robot's command line, with absolute paths. */
  readonly command: readonly string[];
  readonly dataFolder: string;
  /** For the whole machine, started with it; otherwise for the person who installs it. */
  readonly isOfSystem: boolean;
  /** The account that it runs as, for the whole machine. */
  readonly user: string;
  /** How long a stop waits for jobs. */
  readonly stopSeconds: number;
}

/** A service as this kind of system wants it. */
export interface Service {
  readonly file: string;
  readonly content: string;
  /** Commands that make the system know the file, and start the robot. */
  readonly start: readonly (readonly string[])[];
  /** Commands that stop it, for as long as its jobs take, and make the system forget it. */
  readonly stop: readonly (readonly string[])[];
  /** Commands after the file is gone. */
  readonly forget: readonly (readonly string[])[];
  /** Where its log is, as a command or a file. */
  readonly log: string;
  /** What people have to know. */
  readonly notes: readonly string[];
}

/** A robot that ends with this code wants to be started again: another version is in its place. */
export const RESTART_CODE = 75;

export const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
