// The page: joins the line, the keypad, the inbox and the panels.
import * as api from './api.js';
import { Inbox } from './inbox.js';
import { drawKeys, Multitap } from './keypad.js';
import { Line } from './line.js';
import { drawPeople, showChosen, spaced } from './people.js';
import { answerText, curlText, requestText } from './wire.js';

const $ = (id) => document.getElementById(id);
const answer = $('answer');
const paper = $('paper');
const columns = 24; // of the phone's screen
const touch = matchMedia('(pointer: coarse)').matches;

let gateways = [];
let people = [];
let number = '';
let mode = '123'; // 123, abc, and on a touch screen ⌨, the device's own keyboard
let reading = -1; // the message shown on the phone; -1: none

const multitap = new Multitap();
const line = new Line(drawLine);
const inbox = new Inbox(drawInbox);

function say(words) {
  $('announce').textContent = words;
}

// The phone's screen -----------------------------------------------------------------------------------------------

function view() {
  if (reading >= 0) return 'messages';
  return line.state === 'ended' && !line.screen && !line.notice ? 'idle' : line.state;
}

function screenText(now) {
  switch (now) {
    case 'messages': {
      const message = inbox.messages[reading];
      return message ? message.text : 'No messages.';
    }
    case 'waiting':
      return line.screen ? line.screen.text : 'USSD code running';
    case 'failed':
      return 'Connection problem.';
    case 'open':
      return line.screen.text;
    case 'ended':
      return line.notice || !line.screen ? 'Connection problem or session ended.' : line.screen.text;
    default:
      return '';
  }
}

function drawPhone() {
  const now = view();
  $('phone').dataset.view = now;
  const text = now === 'ended' && line.notice.startsWith('The network') ? 'Session ended by the network.' : screenText(now);
  if ($('text').textContent !== text) {
    $('text').textContent = text;
    paper.scrollTop = 0;
  }
  $('phone').dataset.alphabet = (now === 'messages' ? inbox.messages[reading] : line.screen)?.alphabet ?? 'gsm7';
  const dialling = now === 'idle' || now === 'ended' || now === 'messages';
  $('answer-label').textContent = dialling ? 'Number to dial' : 'Your answer';
  answer.placeholder = now === 'open' ? 'Answer' : now === 'idle' ? (line.gateway?.service_code ?? '') : '';
  answer.readOnly = now === 'waiting';
  $('call').setAttribute('aria-label', now === 'open' ? 'Send' : 'Call');
  const right = now === 'messages' ? 'Back' : line.busy ? 'Cancel' : 'Messages';
  $('soft-right-word').textContent = right;
  $('soft-right').setAttribute('aria-label', right);
  const next = nextMode();
  $('soft-left-word').textContent = next;
  $('soft-left').setAttribute('aria-label', { 123: 'Digits', abc: 'Letters', '⌨': 'Keyboard of this device' }[next]);
  $('mode').textContent = mode;
  drawMore();
  drawClocks();
}

// Whether there is more of the screen below.
function drawMore() {
  $('more').hidden = paper.scrollTop + paper.clientHeight >= paper.scrollHeight - 4;
}

function drawLine() {
  reading = -1;
  const { screen, state } = line;
  const shown = state === 'idle' ? null : screen;
  const limit = shown?.limit ?? line.gateway.screen.septets;
  const ucs2 = shown?.alphabet === 'ucs2';
  const units = shown?.units ?? 0;
  $('units').textContent = units;
  $('units-of').textContent = ` / ${limit} ${ucs2 ? 'UCS-2 units' : 'septets'}`;
  gauge('units-bar', units / limit, units > limit);
  $('took').textContent = screen ? screen.milliseconds.toFixed(screen.milliseconds < 10 ? 1 : 0) : '–';
  const presses = line.inputs.length;
  $('presses').textContent = !line.busy && presses === 0 ? 'not dialled' : presses === 0 ? 'dialled' : presses === 1 ? '1 answer' : `${presses} answers`;
  if (state === 'open' || state === 'idle' || state === 'ended') answer.value = '';
  multitap.rest();
  $('replay').disabled = !line.lastOrder || state === 'waiting';
  trouble(line.notice);
  drawExchange();
  drawPhone();
  if (state === 'open') say(`${screen.text}. Type an answer.`);
  if (state === 'ended') say(line.notice || (screen ? `${screen.text}. The session has ended.` : 'The session has ended.'));
  if (state === 'waiting') say('Waiting for the network.');
}

function gauge(id, share, alarm) {
  const bar = $(id);
  bar.style.inlineSize = `${Math.min(100, share * 100)}%`;
  bar.classList.toggle('alarm', alarm);
}

const minutes = (ms) => {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

function drawClocks() {
  if (!line.gateway) return;
  const { session, idle } = line.left;
  $('session-left').textContent = minutes(session);
  $('idle-left').textContent = minutes(idle);
  const running = line.busy;
  gauge('session-bar', running ? session / (line.gateway.session_seconds * 1000) : 1, running && session < 20_000);
  gauge('idle-bar', running ? idle / (line.gateway.idle_seconds * 1000) : 1, running && idle < 8_000);
  const time = new Date();
  const clock = time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
  if ($('clock').textContent !== clock) $('clock').textContent = clock;
  if (view() === 'idle') {
    const date = time.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
    const text = `${clock}\n${date}`;
    if ($('text').textContent !== text) $('text').textContent = text;
  }
}

function trouble(words) {
  $('trouble').textContent = words;
  $('trouble').hidden = !words;
}

// Keys -------------------------------------------------------------------------------------------------------------

function nextMode() {
  const modes = touch ? ['123', 'abc', '⌨'] : ['123', 'abc'];
  return modes[(modes.indexOf(mode) + 1) % modes.length];
}

function changeMode() {
  mode = nextMode();
  answer.inputMode = touch && mode !== '⌨' ? 'none' : 'text';
  if (mode === '⌨') answer.focus();
  multitap.rest();
  drawPhone();
}

function writing() {
  if (line.state === 'waiting') return false;
  // After a conversation the first key begins a new number.
  if (reading >= 0 || line.state === 'ended') {
    reading = -1;
    if (line.state === 'ended') line.hangUp();
    drawPhone();
  }
  return true;
}

function press(key) {
  if (!writing()) return;
  const letters = mode === 'abc' && line.state === 'open';
  const { character, replaces } = letters
    ? multitap.press(key, performance.now())
    : { character: key, replaces: false };
  const limit = line.gateway.input_limit;
  const text = replaces ? answer.value.slice(0, -1) : answer.value;
  if ([...text].length < limit) answer.value = text + character;
}

function clear() {
  multitap.rest();
  if (reading >= 0) return messages(false);
  if (line.state === 'ended') return line.hangUp();
  answer.value = [...answer.value].slice(0, -1).join('');
}

function call() {
  multitap.rest();
  if (line.state === 'waiting') return;
  if (line.state === 'failed') return void replay();
  if (line.state === 'open') {
    const text = answer.value;
    if (text !== '') line.answer(text);
    else say('Type an answer first.');
    return;
  }
  reading = -1;
  if (!line.gateway.ussd) return trouble(`${line.gateway.name} carries SMS only. Choose another gateway to dial.`);
  const code = answer.value.trim() || line.gateway.service_code;
  if (code !== line.gateway.service_code) {
    trouble(`${code} is not the service here. Dial ${line.gateway.service_code}.`);
    answer.value = '';
    return;
  }
  line.number = number;
  line.dial();
}

function hangUp() {
  multitap.rest();
  reading = -1;
  answer.value = '';
  if (line.busy) {
    line.screen = null;
    line.hangUp();
  } else line.hangUp();
}

function scroll(step) {
  if (reading >= 0 && inbox.messages.length > 1) {
    const edge = step > 0 ? paper.scrollTop + paper.clientHeight >= paper.scrollHeight - 2 : paper.scrollTop <= 0;
    if (edge) {
      reading = Math.min(inbox.messages.length - 1, Math.max(0, reading + step));
      return drawPhone();
    }
  }
  const rows = parseFloat(getComputedStyle($('text')).lineHeight) * 3;
  paper.scrollBy({ top: step * rows });
}

function messages(open) {
  reading = open ? 0 : -1;
  if (open) {
    inbox.markRead();
    const first = inbox.messages[0];
    say(first ? `Message: ${first.text}` : 'No messages.');
  }
  drawPhone();
}

function softRight() {
  if (reading >= 0) messages(false);
  else if (line.busy) hangUp();
  else messages(true);
}

function typed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target;
  const elsewhere = target !== answer && target.matches('input:not([type=radio]), textarea, select');
  if (elsewhere) return;
  const presses = target.matches('button, summary, a, [type=radio]');
  if (event.key === 'Escape') hangUp();
  else if (event.key === 'Enter') {
    if (presses) return;
    call();
  } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    if (target.matches('[type=radio], pre, .messages')) return;
    scroll(event.key === 'ArrowUp' ? -1 : 1);
  } else if (event.key === 'Backspace') {
    if (target === answer && line.state !== 'ended' && reading < 0) return;
    clear();
  } else if (event.key.length === 1 && !(event.key === ' ' && presses)) {
    if (!writing()) return event.preventDefault();
    // The character itself is then written by the browser, at the place of the cursor.
    if (target !== answer) answer.focus();
    return;
  } else return;
  event.preventDefault();
}

// Panels -----------------------------------------------------------------------------------------------------------

function drawInbox(box, fresh) {
  const list = $('messages');
  list.tabIndex = box.messages.length > 0 ? 0 : -1; // it scrolls, so the keyboard must reach it
  list.replaceChildren(
    ...box.messages.map((message) => {
      const item = document.createElement('li');
      item.classList.toggle('unread', box.isUnread(message));
      const head = document.createElement('p');
      head.className = 'message-head';
      const from = document.createElement('b');
      from.textContent = message.from;
      const at = document.createElement('time');
      at.dateTime = message.at;
      at.textContent = new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
      const size = document.createElement('span');
      size.textContent = `${message.units} ${message.alphabet === 'ucs2' ? 'UCS-2 units' : 'septets'}, ${message.segments} SMS`;
      head.append(from, at, size);
      const text = document.createElement('p');
      text.dir = 'auto';
      text.className = 'message-text';
      text.textContent = message.text;
      item.append(head, text);
      return item;
    }),
  );
  $('no-messages').hidden = box.messages.length > 0;
  const unread = box.unread;
  $('unread').hidden = unread === 0;
  $('unread').textContent = unread === 1 ? '1 new' : `${unread} new`;
  $('letter').hidden = unread === 0;
  $('letter-count').textContent = unread;
  $('live').textContent = box.live ? 'live' : 'connecting';
  $('live').classList.toggle('on', box.live);
  document.title = unread ? `(${unread}) Mlango – web phone` : 'Mlango – web phone';
  if (fresh) say(`New message from ${fresh.from}: ${fresh.text}`);
  if (reading >= 0) drawPhone();
}

function drawExchange() {
  const wire = line.exchange?.exchange;
  $('copy').disabled = !wire;
  if (!wire) return;
  $('wire-request').textContent = requestText(wire);
  $('wire-answer').textContent = answerText(wire);
  $('wire-took').textContent = `${line.exchange.milliseconds} ms`;
}

async function replay() {
  const note = $('replay-note');
  note.className = 'note';
  note.textContent = 'Sent again…';
  try {
    const result = await line.replay();
    if (!result) note.textContent = 'Sent again.';
    else {
      note.classList.add(result.same ? 'good' : 'bad');
      note.textContent = result.same
        ? `✓ The same screen came back, in ${result.milliseconds} ms.`
        : '✗ Something else came back: look at the HTTP exchange.';
    }
  } catch (error) {
    note.classList.add('bad');
    note.textContent = error.message;
  }
}

async function copyCurl() {
  const text = curlText(line.exchange.exchange, location.origin);
  try {
    await navigator.clipboard.writeText(text);
    $('copy').textContent = 'Copied';
  } catch {
    $('wire-request').textContent = text; // without the clipboard's permission: to copy by hand
  }
  setTimeout(() => ($('copy').textContent = 'Copy as curl'), 1500);
}

async function sendSms(event) {
  event.preventDefault();
  const field = $('sms');
  const text = field.value.trim();
  if (!text) return field.focus();
  const note = $('sms-note');
  try {
    await api.sms({ gateway: line.gateway.name, from: number, text });
    field.value = '';
    note.className = 'note good';
    note.textContent = '✓ Sent to the service.';
  } catch (error) {
    note.className = 'note bad';
    note.textContent = error.message;
  }
}

// Who and where ----------------------------------------------------------------------------------------------------

function choosePerson(chosen) {
  if (line.busy) hangUp();
  line.hangUp();
  number = chosen;
  $('person-now').textContent = showChosen($('people'), people, chosen);
  history.replaceState(null, '', `#as=${chosen}`);
  inbox.follow(chosen);
  say(`Calling as ${spaced(chosen)}`);
}

function chooseGateway() {
  if (line.busy) hangUp();
  line.gateway = gateways.find((gateway) => gateway.name === $('gateway').value) ?? gateways[0];
  // As many rows as the longest screen needs on a phone of this width.
  $('display').style.setProperty('--rows', Math.max(7, Math.ceil(line.gateway.screen.septets / columns) + 2));
  line.hangUp();
}

const linked = () => {
  const match = /[#&]as=([^&]*)/.exec(location.hash);
  const text = match ? `+${decodeURIComponent(match[1]).replace(/\D/g, '')}` : '';
  return /^\+[1-9]\d{6,14}$/.test(text) ? text : null;
};

function connectKeys() {
  drawKeys($('keys'), press);
  const actions = { call, end: hangUp, clear, up: () => scroll(-1), down: () => scroll(1), 'soft-left': changeMode, 'soft-right': softRight };
  for (const [id, action] of Object.entries(actions)) $(id).addEventListener('click', () => action());
  // A press with the mouse leaves the focus where it is, so that Enter still sends.
  $('phone').addEventListener('pointerdown', (event) => {
    if (event.target.closest('button')) event.preventDefault();
  });
  document.addEventListener('keydown', typed);
  answer.addEventListener('input', () => {
    answer.value = [...answer.value].slice(0, line.gateway.input_limit).join('');
  });
  if (touch) answer.inputMode = 'none';
  paper.addEventListener('scroll', drawMore);
}

async function begin() {
  connectKeys();
  $('people-box').open = matchMedia('(min-width: 720px)').matches;
  let told;
  try {
    told = await api.setup();
  } catch (error) {
    trouble(`${error.message} Then load this page again.`);
    return;
  }
  gateways = told.gateways;
  people = told.people;
  if (gateways.length === 0) return trouble('No gateway is configured, so there is nothing to dial.');
  for (const gateway of gateways) {
    const dialect = gateway.dialect === gateway.name ? '' : ` (${gateway.dialect})`;
    const screen = gateway.ussd ? `${gateway.screen.septets}/${gateway.screen.ucs2}` : 'SMS only';
    $('gateway').append(new Option(`${gateway.name}${dialect} · ${screen}`, gateway.name));
  }
  drawPeople($('people'), people, choosePerson);
  $('gateway').addEventListener('change', chooseGateway);
  chooseGateway();
  choosePerson(linked() ?? people[0]?.msisdn ?? '+254700000000');
  addEventListener('hashchange', () => {
    const next = linked();
    if (next && next !== number) choosePerson(next);
  });
  $('replay').addEventListener('click', replay);
  $('copy').addEventListener('click', copyCurl);
  $('compose').addEventListener('submit', sendSms);
  $('messages').addEventListener('click', () => inbox.markRead());
  addEventListener('pagehide', () => {
    if (line.busy) line.hangUp('', true);
  });
  addEventListener('offline', () => trouble('This device is offline. The phone works again when the connection is back.'));
  addEventListener('online', () => trouble(''));
  setInterval(() => {
    line.tick();
    drawClocks();
  }, 250);
  if (!touch) answer.focus({ preventScroll: true });
}

begin();
