// The whole menu as a picture, with how many left at each screen. Large: it can be made larger and scrolled by keyboard;
// everything on it stands in the table of screens, too.
import { Button, Group } from '@mantine/core';
import { useText } from '@/parts';
import { useState } from 'react';

const steps = [25, 40, 60, 100, 150];

export function MenuMap({ query }: { query: { from: string; to: string } }) {
  const { t } = useText();
  const [shown, setShown] = useState(false);
  const [zoom, setZoom] = useState(2);
  const [natural, setNatural] = useState(0);
  const source = `/api/staff/v1/figures/map?${new URLSearchParams(query)}`;
  return (
    <div>
      <Group gap="xs" mb="xs">
        <Button size="sm" variant="default" onClick={() => setShown(!shown)} aria-expanded={shown}>
          {t('figures.map')}
        </Button>
        {shown && (
          <>
            <Button size="sm" variant="default" onClick={() => setZoom((n) => Math.max(n - 1, 0))} disabled={zoom === 0}>{t('figures.smaller')}</Button>
            <Button size="sm" variant="default" onClick={() => setZoom((n) => Math.min(n + 1, steps.length - 1))} disabled={zoom === steps.length - 1}>{t('figures.larger')}</Button>
            <Button size="sm" variant="default" component="a" href={source} target="_blank" rel="noreferrer">{t('figures.map_alone')}</Button>
          </>
        )}
      </Group>
      {shown && (
        <div className="figure-map" tabIndex={0} role="region" aria-label={t('figures.map')} dir="ltr">
          <img src={source} alt={t('figures.map_alt')} onLoad={(event) => setNatural(event.currentTarget.naturalWidth)} width={natural ? (natural * steps[zoom]) / 100 : undefined} />
        </div>
      )}
    </div>
  );
}
