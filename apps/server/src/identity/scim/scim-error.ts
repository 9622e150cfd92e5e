/** An answer in the form of RFC 7644, 3.12 (kernel/http/scim-form.ts). */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: string | undefined;
  constructor(status: number, detail: string, scimType?: string) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
  }
}

export const noResource = (id: string): ScimError => new ScimError(404, `Resource ${id} not found.`);

export const badValue = (detail: string): ScimError => new ScimError(400, detail, 'invalidValue');

export const badFilter = (detail: string): ScimError => new ScimError(400, detail, 'invalidFilter');

export const notChangeable = (attribute: string): ScimError =>
  new ScimError(400, `${attribute} cannot be changed.`, 'mutability');
