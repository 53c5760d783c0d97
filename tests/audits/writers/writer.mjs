// A writer: makes, changes, publishes, archives and merges actors and interactions, and keeps what was acknowledged.
import { Refused, Unknown, ask, insist, pause } from "./client.mjs";

const VERSION = "... on Actor { id version } ... on Interaction { id version }";
const MUTATIONS = {
  create: `mutation ($name: String!, $key: String!) { done: createActor(input: {name: $name, kind: ASSOCIATION, clientKey: $key}) { id version } }`,
  update: `mutation ($id: ID!, $version: Int!, $name: String!) { done: updateActor(id: $id, expectedVersion: $version, input: {name: $name, shortName: $name}) { id version } }`,
  declare: `mutation ($source: ID!, $target: ID!, $key: String!, $text: String!) { done: declareInteraction(input: {source: $source, target: $target, kind: PARTNERSHIP, clientKey: $key, description: $text}) { id version } }`,
  deepen: `mutation ($id: ID!, $version: Int!, $name: String!) { done: updateInteraction(id: $id, expectedVersion: $version, input: {description: $name, intensity: 3}) { id version } }`,
  publish: `mutation ($id: ID!, $version: Int!) { done: publish(id: $id, expectedVersion: $version) { ${VERSION} } }`,
  archive: `mutation ($id: ID!, $version: Int!) { done: archive(id: $id, expectedVersion: $version) { ${VERSION} } }`,
  restore: `mutation ($id: ID!, $version: Int!) { done: restore(id: $id, expectedVersion: $version) { ${VERSION} } }`,
  merge: `mutation ($id: ID!, $version: Int!, $other: ID!, $otherVersion: Int!) { done: mergeActors(keep: $id, keepVersion: $version, merge: $other, mergeVersion: $otherVersion) { id version } }`,
};
const NODE = `query ($id: ID!) { node(id: $id) { ${VERSION} } }`;

export class Writer {
  constructor(number, { service, token, shared }) {
    Object.assign(this, { number, service, token, shared, turn: 0 });
    this.actors = new Map(); // id to version
    this.interactions = new Map();
    this.archived = new Map();
    /// What was acknowledged: { id, version }.
    this.acknowledged = [];
    /// What was found to be done though no answer had come.
    this.found = 0;
    this.refused = new Map();
  }

  any(of) {
    const ids = [...of.keys()];
    return ids[Math.floor(Math.random() * ids.length)];
  }

  /// Writes until it is told to stop.
  async write(until) {
    while (Date.now() < until()) {
      const before = this.acknowledged.length;
      await this.step();
      // Writers don't race through what Postgres can't do meanwhile.
      await pause(this.acknowledged.length > before ? 20 : 100);
    }
  }

  async step() {
    const dice = Math.random();
    const actor = this.any(this.actors);
    const interaction = this.any(this.interactions);
    const name = `Writer ${this.number}, ${(this.turn += 1)}`;
    if (this.actors.size < 3 || dice < 0.2) return this.make("create", this.actors, { name });
    if (dice < 0.5) return this.change("update", this.actors, actor, { name });
    if (dice < 0.65) {
      const target = dice < 0.55 ? this.any(this.shared) : this.any(this.actors);
      return target === actor ? null : this.make("declare", this.interactions, { source: actor, target, text: name });
    }
    if (dice < 0.72) return interaction && this.change("deepen", this.interactions, interaction, { name });
    if (dice < 0.76) return this.shelve(this.actors, actor);
    if (dice < 0.8) return interaction && this.shelve(this.interactions, interaction);
    if (dice < 0.84) return this.bring(this.any(this.archived));
    if (dice < 0.88) return this.merge(actor, this.any(this.actors));
    // One that all change, so that they meet.
    return this.change("update", this.shared, this.any(this.shared), { name });
  }

  keep(of, { id, version }) {
    of.set(id, version);
    this.acknowledged.push({ id, version });
  }

  /// Makes one with a key, as often as it takes to hear of it, and publishes it.
  async make(what, of, variables) {
    const key = `writer-${this.number}-${this.turn}`;
    try {
      const { done } = await insist(this.service, MUTATIONS[what], { ...variables, key }, this.token);
      this.keep(of, done);
      await this.change("publish", of, done.id);
    } catch (error) {
      this.refuse(error);
    }
  }

  /// Changes one; where nobody knows whether it was done, the entry itself tells.
  async change(what, of, id, more = {}) {
    const version = of.get(id);
    try {
      const { done } = await ask(this.service, MUTATIONS[what], { id, version, ...more }, this.token);
      this.keep(of, done);
      return true;
    } catch (error) {
      if (error instanceof Refused) this.refuse(error);
      const now = await this.reread(of, id);
      const is = error instanceof Unknown && now === version + 1;
      if (is) this.found += 1;
      return is;
    }
  }

  async reread(of, id) {
    const { node } = await insist(this.service, NODE, { id }, this.token);
    if (node?.id === id) of.set(id, node.version);
    else of.delete(id);
    return of.get(id);
  }

  async shelve(of, id) {
    if (await this.change("archive", of, id)) {
      this.archived.set(id, { of, version: of.get(id) });
      of.delete(id);
    }
  }

  async bring(id) {
    if (id === undefined) return;
    const { of, version } = this.archived.get(id);
    this.archived.delete(id);
    of.set(id, version);
    // Where an end is archived it may stay where it is.
    if (!(await this.change("restore", of, id))) of.delete(id);
  }

  async merge(id, other) {
    if (id === other) return;
    await this.change("merge", this.actors, id, { other, otherVersion: this.actors.get(other) });
    await this.reread(this.actors, other);
  }

  refuse(error) {
    if (!(error instanceof Refused)) throw error;
    this.refused.set(error.code, (this.refused.get(error.code) ?? 0) + 1);
  }
}
