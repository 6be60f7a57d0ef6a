import type { CatalogService } from '#demo/services/catalogService.ts';
import type { PricingService } from '#demo/services/pricingService.ts';
import type { UserService } from '#demo/services/userService.ts';
import type { ShopSize } from '#demo/source/shopSize.ts';

/** The running services, as visitors and incidents reach them. */
export interface Shop {
  readonly catalog: CatalogService;
  readonly user: UserService;
  readonly pricing: PricingService;
  readonly size: ShopSize;
}
