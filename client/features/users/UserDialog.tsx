import { type FormEvent, useState } from 'react';
import type { UserActs } from '#client/lib/access/useUserActs.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { PASSWORD_HINT } from '#client/ui/access/passwordHint.ts';
import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { FailureNote } from '#client/ui/FailureNote.tsx';
import { TextField } from '#client/ui/TextField.tsx';
import { RoleField } from './RoleField.tsx';

type User = RouterOutputs['access']['users']['list'][number];

interface UserDialogProps {
  user: User;
  isOwn: boolean;
  acts: UserActs;
  onClose: () => void;
}

/** Everything that an admin may change of a user. Each act has its own button, and its failure beside it. */
export function UserDialog({ user, isOwn, acts, onClose }: UserDialogProps) {
  const close = () => {
    for (const act of [acts.setRole, acts.setPassword, acts.remove]) act.reset();
    onClose();
  };
  return (
    <Dialog title={isOwn ? `${user.name} (you)` : user.name} onClose={close} className="max-w-md">
      <div className="flex flex-col divide-y divide-line px-4 pb-3">
        <RoleForm user={user} setRole={acts.setRole} onDone={close} />
        {isOwn ? (
          <p className="py-3 text-dim">
            Your own password is changed where you log out; it asks for the old one.
          </p>
        ) : (
          <PasswordForm user={user} setPassword={acts.setPassword} onDone={close} />
        )}
        <Removal user={user} isOwn={isOwn} remove={acts.remove} onDone={close} />
        <div className="flex justify-end pt-3">
          <Button onClick={close}>Close</Button>
        </div>
      </div>
    </Dialog>
  );
}

interface PartProps {
  user: User;
  onDone: () => void;
}

function RoleForm({ user, setRole, onDone }: PartProps & { setRole: UserActs['setRole'] }) {
  const [role, choose] = useState(user.role);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!setRole.isPending) setRole.mutate({ name: user.name, role }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 py-3">
      <RoleField value={role} onChange={choose} />
      <FailureNote error={setRole.error} />
      <div>
        <Button type="submit" disabled={role === user.role || setRole.isPending}>
          {role === user.role ? 'Change the role' : `Make ${user.name} ${role}`}
        </Button>
      </div>
    </form>
  );
}

function PasswordForm({ user, setPassword, onDone }: PartProps & { setPassword: UserActs['setPassword'] }) {
  const [password, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (setPassword.isPending) return;
    setPassword.mutate({ name: user.name, password }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 py-3">
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        required
        maxLength={256}
        hint={PASSWORD_HINT}
        value={password}
        onText={setText}
      />
      <FailureNote error={setPassword.error} />
      <div>
        <Button type="submit" disabled={setPassword.isPending}>
          Set the password
        </Button>
      </div>
    </form>
  );
}

function Removal({
  user,
  isOwn,
  remove,
  onDone,
}: PartProps & { isOwn: boolean; remove: UserActs['remove'] }) {
  const [isAsked, setIsAsked] = useState(false);
  const act = () => remove.mutate({ name: user.name }, { onSuccess: onDone });
  return (
    <div className="flex flex-col gap-2 py-3">
      <FailureNote error={remove.error} />
      <div className="flex flex-wrap items-center gap-2">
        {isAsked ? (
          <>
            <Button onClick={() => setIsAsked(false)}>Keep {user.name}</Button>
            <Button variant="danger" disabled={remove.isPending} onClick={act}>
              Remove {user.name}
            </Button>
            <span className="text-sm text-dim">
              {isOwn
                ? 'You are logged out at once.'
                : 'Their sessions end at once; what they did stays in the audit log.'}
            </span>
          </>
        ) : (
          <Button onClick={() => setIsAsked(true)}>Remove {user.name}…</Button>
        )}
      </div>
    </div>
  );
}
