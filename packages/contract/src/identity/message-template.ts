// Made from the server's declarations by `npm run contract`.
import type { Operation } from '../operation.ts';

export interface MessageTemplateDto {
  readonly id: number | null;
  readonly name: string | null;
  readonly value: string | null;
}

export interface UpdateMessageTemplateCommand {
  readonly id?: number | null;
  readonly value: string;
}

/** The wording of one kind of message that the server sends. */
export const getTemplate: Operation<{ readonly templateId: number }, MessageTemplateDto> = {
  id: 'MessageTemplate_GetTemplate_By_Id',
  method: 'GET',
  path: '/identity/api/MessageTemplate/{templateId}',
  answer: 'plain',
};

/** The wording of one kind of message, by its name. */
export const getTemplateByName: Operation<{ readonly name?: string | null }, MessageTemplateDto> = {
  id: 'MessageTemplate_GetTemplate',
  method: 'GET',
  path: '/identity/api/MessageTemplate',
  query: ['name'],
  answer: 'plain',
};

/**
 * Changes the wording for the organization, as plain text or as HTML. A placeholder that the message does not
 * have is refused.
 */
export const updateTemplate: Operation<
  { readonly templateId: number; readonly body: UpdateMessageTemplateCommand },
  MessageTemplateDto
> = {
  id: 'MessageTemplate_UpdateTemplate',
  method: 'PUT',
  path: '/identity/api/MessageTemplate/{templateId}',
  answer: 'plain',
};
