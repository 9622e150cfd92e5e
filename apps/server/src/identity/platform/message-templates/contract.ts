import { dto, Int64, NameText, Text } from '../../../kernel/contract/fields.ts';
import { operation, plain } from '../../../kernel/contract/operation.ts';
import { byAdministrators } from '../declaration.ts';

const MessageTemplate = dto('MessageTemplateDto', { id: Int64(), name: Text(), value: Text() });

const shared = { ...byAdministrators, tag: 'MessageTemplate', scope: 'PM.MessageTemplate' } as const;
const params = { templateId: Int64() };

export const getTemplate = operation({
  ...shared,
  id: 'MessageTemplate_GetTemplate_By_Id',
  method: 'GET',
  path: '/identity/api/MessageTemplate/{templateId}',
  summary: 'The wording of one kind of message that the server sends.',
  params,
  answer: plain(MessageTemplate),
});

export const getTemplateByName = operation({
  ...shared,
  id: 'MessageTemplate_GetTemplate',
  method: 'GET',
  path: '/identity/api/MessageTemplate',
  summary: 'The wording of one kind of message, by its name.',
  query: {
    name: NameText({ maxLength: 256, description: 'Name of the template.', example: 'UserInvitation' }),
  },
  answer: plain(MessageTemplate),
});

export const updateTemplate = operation({
  ...shared,
  id: 'MessageTemplate_UpdateTemplate',
  method: 'PUT',
  path: '/identity/api/MessageTemplate/{templateId}',
  summary:
    'Changes the wording for the organization, as plain text or as HTML. A placeholder that the message does not have is refused.',
  params,
  body: dto('UpdateMessageTemplateCommand', {
    id: Int64(),
    value: Text({ required: true, maxLength: 65_536 }),
  }),
  tells: 'audit',
  answer: plain(MessageTemplate),
  example: { id: 1, value: 'Welcome, {{name}}: {{link}}' },
});
