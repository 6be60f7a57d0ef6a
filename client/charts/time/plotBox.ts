/** Room for the numbers of the value axis, at the right of every plot, so that the plots of a stack share one time axis. */
export const AXIS_WIDTH_PX = 52;
