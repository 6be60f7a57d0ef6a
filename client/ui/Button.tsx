import { clsx } from 'clsx';
import type { ButtonHTMLAttributes, Ref } from 'react';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `danger` is for the act itself, never for the way to its dialog. */
  variant?: 'plain' | 'quiet' | 'danger';
  ref?: Ref<HTMLButtonElement>;
}

const variants = {
  plain: 'border-line bg-raised text-text hover:border-edge',
  quiet: 'border-transparent bg-transparent text-dim hover:bg-soft hover:text-text',
  danger: 'border-verm bg-raised text-verm font-medium hover:bg-verm-bg disabled:border-line',
};

export function Button({ variant = 'plain', className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={clsx(
        'inline-flex min-h-7 items-center justify-center gap-1.5 rounded-md border px-2.5 py-0.5 text-base whitespace-nowrap',
        'disabled:text-faint disabled:hover:bg-transparent max-md:min-h-9',
        variants[variant],
        className,
      )}
      {...rest}
    />
  );
}
