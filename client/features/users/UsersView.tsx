import { useState } from 'react';
import { Button } from '#client/ui/Button.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { AddUserDialog } from './AddUserDialog.tsx';
import { UserDialog } from './UserDialog.tsx';
import { UsersTable } from './UsersTable.tsx';
import { useUsers } from './useUsers.ts';

/** Who may log in, and as what. */
export function UsersView() {
  const { own, refusal, acts } = useUsers();
  const [opened, setOpened] = useState<string | null>(null);
  const [isAdding, setIsAdding] = useState(false);
  if (own === null) {
    return (
      <EmptyState title="This server has no users">
        Everybody who reaches it may do everything. Start it with <code>--login</code> to tell people apart.
      </EmptyState>
    );
  }
  const shown = acts.users.data?.find(({ name }) => name === opened);
  return (
    <Panel
      title="Users"
      note="a change of role or password ends the sessions of the user"
      actions={
        <Button disabled={refusal !== null} title={refusal ?? undefined} onClick={() => setIsAdding(true)}>
          Add a user
        </Button>
      }
    >
      {refusal === null ? (
        <QueryStates query={acts.users} label="users" heightPx={160}>
          {(users) => <UsersTable users={users} ownName={own.name} onOpen={setOpened} />}
        </QueryStates>
      ) : (
        <EmptyState title="Only an admin sees the users">{refusal}</EmptyState>
      )}
      {isAdding && <AddUserDialog add={acts.add} onClose={() => setIsAdding(false)} />}
      {shown !== undefined && (
        <UserDialog
          key={shown.name}
          user={shown}
          isOwn={shown.name === own.name}
          acts={acts}
          onClose={() => setOpened(null)}
        />
      )}
    </Panel>
  );
}
