import type { CatalogService } from '#demo/services/catalogService.ts';
import type { PricingService } from '#demo/services/pricingService.ts';
import type { UserService } from '#demo/services/userService.ts';
import type { ShopDatabase } from '#demo/source/shopDatabase.ts';
import type { ShopSize } from '#demo/source/shopSize.ts';

/** The running services, as visitors and incidents reach them. */
export interface Shop {
  /** Each asks for the next instance of the service, as a load balancer would give it. */
  readonly catalog: CatalogService;
  readonly user: UserService;
  readonly pricing: PricingService;
  readonly catalogs: readonly CatalogService[];
  readonly pricings: readonly PricingService[];
  /** What all of them load from. */
  readonly source: ShopDatabase;
  readonly size: ShopSize;
}

export interface ShopParts extends Pick<Shop, 'catalogs' | 'pricings' | 'source' | 'size'> {
  readonly users: readonly UserService[];
}

/** At least one instance of each service. */
export function openShop({ catalogs, users, pricings, source, size }: ShopParts): Shop {
  const next = { catalog: inTurn(catalogs), user: inTurn(users), pricing: inTurn(pricings) };
  return {
    get catalog() {
      return next.catalog();
    },
    get user() {
      return next.user();
    },
    get pricing() {
      return next.pricing();
    },
    ...{ catalogs, pricings, source, size },
  };
}

function inTurn<Service>(instances: readonly Service[]): () => Service {
  let turn = 0;
  return () => {
    const instance = instances[turn % instances.length];
    turn += 1;
    if (instance === undefined) throw new Error('The shop has no instance of a service.');
    return instance;
  };
}
