import type { CatalogService } from '#demo/services/catalogService.ts';
import type { PricingService } from '#demo/services/pricingService.ts';
import type { UserService } from '#demo/services/userService.ts';
import type { ShopDatabase } from '#demo/source/shopDatabase.ts';
import type { ShopSize } from '#demo/source/shopSize.ts';

/** The running services, as visitors and incidents reach them. */
export interface Shop {
  readonly catalog: CatalogService;
  readonly user: UserService;
  readonly pricing: PricingService;
  /** What all three load from. */
  readonly source: ShopDatabase;
  readonly size: ShopSize;
}
