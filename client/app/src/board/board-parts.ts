/** What a board opens now and then, and the way home: loaded apart from the board itself. */
export const parts = {
  gallery: () => import('../gallery/gallery'),
  share: () => import('../share/share-dialog'),
  help: () => import('./key-help'),
  history: () => import('../history/history-desk'),
  home: () => import('../home/home'),
};
