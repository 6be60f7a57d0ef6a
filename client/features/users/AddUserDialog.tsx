import { type FormEvent, useState } from 'react';
import type { UserActs } from '#client/lib/access/useUserActs.ts';
import { PASSWORD_HINT } from '#client/ui/access/passwordHint.ts';
import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { FailureNote } from '#client/ui/FailureNote.tsx';
import { TextField } from '#client/ui/TextField.tsx';
import type { Role } from '#shared/roles.ts';
import { RoleField } from './RoleField.tsx';

export function AddUserDialog({ add, onClose }: { add: UserActs['add']; onClose: () => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const close = () => {
    add.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate({ name, password, role }, { onSuccess: close });
  };
  return (
    <Dialog title="Add a user" onClose={close} className="max-w-md">
      <form onSubmit={submit} className="flex flex-col gap-3 px-4 py-3">
        <TextField
          label="Name"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={64}
          value={name}
          onText={setName}
        />
        <TextField
          label="First password"
          type="password"
          autoComplete="new-password"
          required
          maxLength={256}
          hint={`${PASSWORD_HINT} They can change it themselves.`}
          value={password}
          onText={setPassword}
        />
        <RoleField value={role} onChange={setRole} />
        <FailureNote error={add.error} />
        <div className="flex gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" disabled={add.isPending}>
            {add.isPending ? 'Adding' : 'Add the user'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
