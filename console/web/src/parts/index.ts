// What pages are made of, beside Mantine's own components. See console/web/README.md.
export * from './Page';
export * from './DataTable';
export * from './Problem';
export * from './Confirm';
export * from './held';
export * from './Toast';
export * from './JobProgress';
export * from './Empty';
export * from './When';
export * from './Masked';
export * from './PhonePreview';
export * from './names';
export { useGet, useList, useChange, call, refresh, type Answer, type Item } from '../api/client';
export { useJobs, useJob, usePulse, type Job } from '../api/events';
export { useMe, useMay, useSession } from '../api/session';
export { isProblem, ProblemError } from '../api/problem';
export { useText, type Language } from '../texts/text';
export { Link, useNavigate, useParams, useSearchParams } from 'react-router-dom';
