/** Every operation that is always there. */
export { routes } from './areas.ts';
