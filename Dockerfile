# syntax=docker/dockerfile:1

# The app, built as `npm run build` does.
FROM node:24-bookworm-slim AS app
WORKDIR /coboard
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

# Only the packages that the server needs at run time, without those of the app, which is built; Node itself is the image’s.
FROM node:24-bookworm-slim AS packages
WORKDIR /coboard
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /coboard
COPY --from=packages /coboard/node_modules ./node_modules
COPY --from=app /coboard/dist/app/browser ./dist/app/browser
COPY package.json ./
COPY model ./model
COPY server ./server
# where SQLite's file lies, if that is the store
RUN mkdir data && chown node:node data
VOLUME /coboard/data
USER node
EXPOSE 4400
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.COBOARD_PORT ?? 4400) + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM drains: give it a little more than the server's own deadline of 10 s before killing it
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "server/main.ts", "--host", "0.0.0.0"]
