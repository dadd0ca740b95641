// Which roles there are, what each may do, which are not held together, and which one has to give.
import { Badge, Group, Stack, Text } from '@mantine/core';
import { Page, Problem, Sheet, useNames, useText } from '@/parts';
import { AccessTabs, useRoles } from './shared';

export default function Roles() {
  const { t, list } = useText();
  const name = useNames();
  const { data, error, refetch } = useRoles();
  const roleName = (code: string) => name(data?.roles.find((each) => each.code === code)?.name);
  return (
    <Page title={t('access.roles_title')} note={t('access.roles_note')}>
      <AccessTabs at="/access/roles" />
      {error ? <Problem error={error} onRetry={() => void refetch()} /> : null}
      <Stack gap="md">
        {data?.roles.map((role) => (
          <Sheet key={role.code} title={name(role.name)}>
            <Stack gap="xs">
              <Text component="ul" m={0} ps="lg" size="sm">
                {role.permissions.map((each) => <li key={each}>{t(`access.may.${each.replace('.', '_')}`)}</li>)}
              </Text>
              <Group gap="xs">
                {role.personal && <Badge variant="light" color="lake" tt="none">{t('access.training_needed')}</Badge>}
                {role.gives.length > 0 && <Badge variant="light" color="green" tt="none">{t('access.yours_to_give')}</Badge>}
              </Group>
              {role.conflicts.length > 0 && <Text size="sm" c="dimmed">{t('access.not_with', { roles: list(role.conflicts.map(roleName).sort()) })}</Text>}
            </Stack>
          </Sheet>
        ))}
      </Stack>
    </Page>
  );
}
