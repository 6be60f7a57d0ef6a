import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Me } from '#client/lib/access/accessContext.ts';
import { useAccessActs } from '#client/lib/access/useAccessActs.ts';
import { PASSWORD_HINT } from '#client/ui/access/passwordHint.ts';
import { roleTexts } from '#client/ui/access/roleTexts.ts';
import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { FailureNote } from '#client/ui/FailureNote.tsx';
import { TextField } from '#client/ui/TextField.tsx';

interface AccountDialogProps {
  user: NonNullable<Me['user']>;
  onClose: () => void;
}

export function AccountDialog({ user, onClose }: AccountDialogProps) {
  const { logout, logoutEverywhere, changePassword } = useAccessActs();
  const isLeaving = logout.isPending || logoutEverywhere.isPending;
  return (
    <Dialog title={user.name} onClose={onClose} className="max-w-md">
      <div className="flex flex-col gap-3 px-4 pt-1 pb-4">
        <p>
          You are <b>{user.role}</b>: you may {roleTexts[user.role]}.{' '}
          <Link to="/users" onClick={onClose} className="text-blue underline">
            Users
          </Link>
        </p>
        <div className="flex flex-wrap gap-2">
          <Button disabled={isLeaving} onClick={() => logout.mutate()}>
            Log out
          </Button>
          <Button disabled={isLeaving} onClick={() => logoutEverywhere.mutate()}>
            Log out everywhere
          </Button>
        </div>
        <FailureNote error={logout.error ?? logoutEverywhere.error} />
        <PasswordForm name={user.name} change={changePassword} />
        <div className="flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    </Dialog>
  );
}

interface PasswordFormProps {
  name: string;
  change: ReturnType<typeof useAccessActs>['changePassword'];
}

function PasswordForm({ name, change }: PasswordFormProps) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate(
      { current, next },
      {
        onSuccess: () => {
          setCurrent('');
          setNext('');
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 border-t border-line pt-3">
      <h3>Change your password</h3>
      {/* For the password manager, which keeps passwords by name. */}
      <input type="text" name="username" autoComplete="username" value={name} readOnly hidden />
      <TextField
        label="Password now"
        type="password"
        name="password"
        autoComplete="current-password"
        required
        maxLength={256}
        value={current}
        onText={setCurrent}
      />
      <TextField
        label="New password"
        type="password"
        name="new-password"
        autoComplete="new-password"
        required
        maxLength={256}
        hint={PASSWORD_HINT}
        value={next}
        onText={setNext}
      />
      <FailureNote error={change.error} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" disabled={change.isPending}>
          {change.isPending ? 'Changing' : 'Change the password'}
        </Button>
        <span role="status" className="text-sm text-dim">
          {change.isSuccess && 'Changed. Your other sessions have ended.'}
        </span>
      </div>
    </form>
  );
}
