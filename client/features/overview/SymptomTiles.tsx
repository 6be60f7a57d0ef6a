import { Sparkline } from '#client/charts/Sparkline.tsx';
import { Tile } from '#client/ui/Tile.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { TileModel } from './prepareTiles.ts';

/** Five figures that hurt, each beside its own past. */
export function SymptomTiles({ tiles }: { tiles: readonly TileModel[] }) {
  return (
    <section
      aria-label="Symptoms"
      className="grid grid-cols-5 gap-px overflow-hidden rounded-lg border border-line bg-line max-lg:grid-cols-3 max-md:grid-cols-2"
    >
      {tiles.map((tile) => (
        <div key={tile.label} className="flex bg-panel max-md:last:col-span-2 [&>*]:flex-1">
          <SymptomTile tile={tile} />
        </div>
      ))}
    </section>
  );
}

function SymptomTile({ tile }: { tile: TileModel }) {
  return (
    <Tile
      label={tile.label}
      value={tile.value ?? <UnknownDash reason={tile.why ?? ''} />}
      unit={tile.value === null ? undefined : tile.unit}
      before={tile.value === null ? tile.why : tile.before}
      spark={
        tile.value === null ? undefined : (
          <Sparkline values={tile.spark.values} before={tile.spark.before} colour={tile.spark.colour} />
        )
      }
      source={
        <>
          {tile.from}
          {tile.atMs !== null && (
            <>
              {' · '}
              <Age atMs={tile.atMs} />
            </>
          )}
        </>
      }
      {...(tile.severity === undefined ? {} : { severity: tile.severity })}
    />
  );
}
