export const SCIM_TYPE = 'application/scim+json; charset=utf-8';

export const scimError = (status: number, detail: string, scimType?: string): Record<string, unknown> => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  status: String(status),
  scimType,
  detail,
});
