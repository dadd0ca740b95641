// A text in one language, with the phone that shows it and what it takes, while it is typed.
import { Grid, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { PhonePreview, call, useText, type Answer } from '@/parts';

type Shape = Answer<'/notices/shape', 'post'>;

export function ShapeWords({ shape }: { shape: Shape }) {
  const { t, number } = useText();
  return (
    <>
      <Text size="sm">{t('notices.size', { encoding: shape.encoding, units: number(shape.units), holds: number(shape.holds), n: shape.segments })}</Text>
      {shape.faults.map((each) => <Text key={each.code} size="sm" c="red">{t(`notices.fault.${each.code}`)}</Text>)}
    </>
  );
}

export function LanguageText({ language, text, onChange }: { language: string; text: string; onChange: (text: string) => void }) {
  const { t } = useText();
  const [shape, setShape] = useState<Shape | null>(null);
  const [asked] = useDebouncedValue(text, 250);
  useEffect(() => {
    let wanted = true;
    if (!asked.trim()) {
      setShape(null);
      return undefined;
    }
    call('post', '/notices/shape', { body: { language, text: asked } } as never).then((got) => wanted && setShape(got as Shape), () => undefined);
    return () => {
      wanted = false;
    };
  }, [asked, language]);
  return (
    <Grid>
      <Grid.Col span={{ base: 12, sm: 7 }}>
        <Textarea label={t('notices.text_in', { language: t(`notices.language.${language}`) })} description={t('notices.text_note')} lang={language} dir="auto" autosize minRows={3} maxLength={800} value={text} onChange={(event) => onChange(event.currentTarget.value)} />
        <div aria-live="polite">{shape && <ShapeWords shape={shape} />}</div>
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 5 }}>{shape && <PhonePreview text={shape.text} language={language} />}</Grid.Col>
    </Grid>
  );
}
