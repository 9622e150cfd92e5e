/** A query option that the client must correct; the server answers it as 400 with errorCode 1000. */
export class ODataError extends Error {
  /** Which option is wrong, as the protocol writes it: `$filter`. */
  readonly option: string;
  /**
   * Characters into the option's value where it was noticed, from 0; undefined where no place is to blame.
   */
  readonly position: number | undefined;

  constructor(message: string, option: string, position?: number) {
    super(message);
    this.name = 'ODataError';
    this.option = option;
    this.position = position;
  }
}
