// The pages of tickets and notices as they look: wide and on a phone, in English and Arabic.
import assert from 'node:assert/strict';
import { eachView, house } from './lib.mjs';

eachView('tickets', 'hotline', '/tickets');
eachView('tickets-sensitive', 'protection', '/tickets?queue=sensitive');
eachView('ticket', 'hotline', async () => {
  const answer = await (await house.as('hotline')).get('/tickets?limit=1', { check: false });
  assert.ok(answer.body?.items?.length, 'there is a ticket');
  return `/tickets/${answer.body.items[0].id}`;
});
eachView('ticket-new', 'hotline', '/tickets/new');
eachView('notices', 'notices', '/notices');
eachView('notice-new', 'notices', '/notices/new');
eachView('notice', 'notices', async () => {
  const answer = await (await house.as('notices')).get('/notices?limit=1', { check: false });
  return answer.body?.items?.length ? `/notices/${answer.body.items[0].id}` : '/notices';
});
