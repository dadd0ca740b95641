// The choice of the person who dials: the demonstration's people, or any other number.

const languages = new Intl.DisplayNames('en', { type: 'language' });
const languageName = (code) => {
  try {
    return code ? languages.of(code) : 'No language yet';
  } catch {
    return code;
  }
};

export const spaced = (number) => number.replace(/^(\+\d{3})(\d{3})(\d{3})(\d+)$/, '$1 $2 $3 $4');

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function drawPeople(into, people, chosen) {
  const radio = (value, id) => {
    const input = element('input');
    input.type = 'radio';
    input.name = 'person';
    input.value = value;
    input.id = id;
    return input;
  };
  people.forEach((person, index) => {
    const row = element('div', 'person');
    const input = radio(person.msisdn, `person-${index}`);
    const label = element('label');
    label.htmlFor = input.id;
    const head = element('span', 'person-head');
    head.append(
      element('span', 'number', spaced(person.msisdn)),
      element('span', 'language', languageName(person.language)),
      element('span', 'pin', person.pin ? `PIN ${person.pin}` : 'no PIN'),
    );
    label.append(head, element('span', 'situation', person.situation));
    input.addEventListener('change', () => chosen(person.msisdn));
    row.append(input, label);
    into.append(row);
  });

  const row = element('div', 'person other');
  const input = radio('', 'person-other');
  const label = element('label', '', 'Another number');
  label.htmlFor = input.id;
  const number = element('input');
  number.id = 'other-number';
  number.type = 'tel';
  number.placeholder = '+254700000000';
  number.maxLength = 16;
  number.setAttribute('aria-label', 'Another number, in international form');
  const take = () => {
    const text = number.value.replace(/[\s-]/g, '');
    const valid = /^\+[1-9]\d{6,14}$/.test(text);
    number.setCustomValidity(valid || !text ? '' : 'Write it in international form, like +254700000000.');
    number.reportValidity();
    if (valid) {
      input.checked = true;
      chosen(text);
    }
  };
  number.addEventListener('change', take);
  input.addEventListener('change', () => number.focus());
  row.append(input, label, number);
  into.append(row);
}

// Shows `number` as chosen, whoever chose it.
export function showChosen(into, people, number) {
  const index = people.findIndex((person) => person.msisdn === number);
  const input = into.querySelector(index < 0 ? '#person-other' : `#person-${index}`);
  input.checked = true;
  if (index < 0) into.querySelector('#other-number').value = number;
  return index < 0
    ? spaced(number)
    : `${spaced(number)} · ${languageName(people[index].language)}${people[index].pin ? ` · PIN ${people[index].pin}` : ''}`;
}
