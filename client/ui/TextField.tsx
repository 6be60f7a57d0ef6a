import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react';

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'id'> {
  label: ReactNode;
  value: string;
  onText: (text: string) => void;
  /** What is expected, below the field. */
  hint?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** A field of a form with its label above. */
export function TextField({ label, onText, hint, ref, className, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-dim">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        ref={ref}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onText(event.target.value)}
        className={`min-h-8 min-w-0 rounded-md border border-edge bg-bg px-2.5 py-1 text-text max-md:min-h-10 max-md:text-[16px] ${className ?? ''}`}
      />
      {hint !== undefined && (
        <span id={`${id}-hint`} className="text-sm text-dim">
          {hint}
        </span>
      )}
    </div>
  );
}
