// What admins see: the audit log, who is connected, verifying; apart, because hardly anybody needs it
export { AdminApi, type AuditFilter } from './admin-api.ts';
export type { Changes } from '../history/history-schemas.ts';
export type { AuditEntry, AuditPage, Connected, Connection, FoundDashboard, Verification, VerifiedDocument } from './admin-schemas.ts';
