/** The figures of a plan, each above what it counts. */
export function PlanFigures({
  figures,
}: {
  figures: readonly { readonly value: string; readonly text: string }[];
}) {
  return (
    <dl className="grid grid-cols-3 gap-x-3 gap-y-2 max-md:grid-cols-2">
      {figures.map(({ value, text }) => (
        <div key={text} className="flex flex-col-reverse justify-end">
          <dt className="text-sm text-dim">{text}</dt>
          <dd className="text-lg font-bold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
