# The image of every RegionPilot process: `docker build -t regionpilot .`
#
# The product runs from its TypeScript sources (Node strips the types), so nothing of it is compiled; only
# the console's pages are built, in a stage of their own. Packages are installed exactly as locked, without
# the tools of development; what runs has no package manager.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# Only what decides the installation, so that a changed source does not install again. Development's
# tools are named by nobody in here: they are not even resolved.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json -delete \
  && find . -type d -empty -delete \
  && npm pkg delete devDependencies scripts

# The console as browsers get it: some 300 kB with its compressed copies, and none of what made it.
FROM ${NODE_IMAGE} AS console
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --workspace console --ignore-scripts --no-audit --no-fund
# What its sources import, and how they are to be read.
COPY tsconfig.json ./
COPY protocol ./protocol
COPY api/contract ./api/contract
COPY console ./console
RUN npm run build --workspace console && chmod -R a+rX console/dist

FROM ${NODE_IMAGE} AS install
WORKDIR /app
COPY --from=manifests /app ./
RUN npm ci --omit=dev --workspace cli --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/.bin node_modules/.package-lock.json \
  && chmod -R a+rX .
COPY . .
# Readable for whoever it runs as, however strict the one who builds is; packages already are.
RUN rm -rf console tsconfig.json \
  && find . -name node_modules -prune -o -exec chmod a+rX {} + \
  && chmod 755 cli/main.ts
# Where the API looks for the console: a package like any other.
COPY --from=console /app/console/package.json ./node_modules/@regionpilot/console/
COPY --from=console /app/console/dist ./node_modules/@regionpilot/console/dist

FROM ${NODE_IMAGE} AS runtime
RUN rm -rf /usr/local/lib/node_modules /opt/yarn* \
    /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* \
  && ln -s /app/cli/main.ts /usr/local/bin/regionpilot \
  # Where a volume with tokens may be mounted, for who writes it to be nobody in particular either.
  && mkdir -p /var/lib/regionpilot/access /var/lib/regionpilot/admin \
  && chown -R 10001:10001 /var/lib/regionpilot
WORKDIR /app
COPY --from=install /app ./

ENV NODE_ENV=production \
    HEALTH_URL=http://127.0.0.1:9464/healthz
# By number, so that Kubernetes can see that it is not root. Nothing is ever written under /app.
USER 10001:10001
EXPOSE 9464 7400
# What it asks is served with `--telemetry-port 9464`.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(process.env.HEALTH_URL).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["regionpilot"]
CMD ["--help"]
