/** Registration by Go's rules: what is exported, in which order faults are found, with which words. */
import { describe, expect, test } from 'vitest';
import { RegistrationError, Server } from '../../src/rpc/index.ts';
import { reflectService } from '../../src/rpc/service.ts';
import { Arith } from './arith.ts';

class hidden {
  Add() {}
}

class Empty {
  add() {}
}

class TwoArguments {
  Add(_a: number, _b: number) {}
}

class Greedy {
  static count = 0;
  get Getter() {
    Greedy.count++;
    return () => 'never';
  }
  Real() {
    return 1;
  }
}

class Base {
  Inherited() {
    return 'base';
  }
  Overridden() {
    return 'base';
  }
}

class Derived extends Base {
  override Overridden() {
    return 'derived';
  }
}

function registrationError(receiver: unknown, name?: string): string {
  try {
    const server = new Server();
    if (name === undefined) server.register(receiver as object);
    else server.registerName(name, receiver as object);
  } catch (error) {
    expect(error).toBeInstanceOf(RegistrationError);
    return (error as Error).message;
  }
  return 'registered';
}

describe('register', () => {
  test('takes upper-case methods, own and inherited, and nothing else', () => {
    expect([...reflectService(new Arith()).methods.keys()].sort()).toEqual(
      ['Add', 'BigReply', 'Cycle', 'Div', 'Echo', 'Throw', 'Wait'].sort(),
    );
    const derived = reflectService(new Derived());
    expect([...derived.methods.keys()].sort()).toEqual(['Inherited', 'Overridden']);
    expect(derived.methods.get('Overridden')?.run({})).toBe('derived');
  });

  test('never runs a getter', () => {
    expect([...reflectService(new Greedy()).methods.keys()]).toEqual(['Real']);
    expect(Greedy.count).toBe(0);
  });

  test('snapshots: a method replaced later is not called', async () => {
    const receiver = { Answer: () => 'first' };
    const service = reflectService(receiver, 'S');
    receiver.Answer = () => 'second';
    expect(service.methods.get('Answer')?.run({})).toBe('first');
  });

  test('upper-case is Unicode upper-case', () => {
    const service = reflectService({ Äther: () => 1, ßharp: () => 2 }, 'S');
    expect([...service.methods.keys()]).toEqual(['Äther']);
  });

  test.each<[string, unknown, string | undefined, string]>([
    [
      'a lower-case class',
      new hidden(),
      undefined,
      'rpc.Register: type hidden is not exported',
    ],
    [
      'no exported method',
      new Empty(),
      undefined,
      'rpc.Register: type Empty has no exported methods of suitable type ' +
        '(hint: a method is exported when its name starts with an upper-case letter)',
    ],
    [
      'a class instead of an instance',
      Arith,
      undefined,
      'rpc.Register: type Arith has no exported methods of suitable type ' +
        '(hint: pass an instance, new Arith(), not the class)',
    ],
    [
      'only methods with two arguments',
      new TwoArguments(),
      undefined,
      'rpc.Register: type TwoArguments has no exported methods of suitable type ' +
        '(hint: method "Add" has 2 input parameters; it may take one, its args)',
    ],
    [
      'an object literal',
      { Add: () => 1 },
      undefined,
      'rpc.Register: no service name for an object without a class (hint: use registerName)',
    ],
    [
      'an empty name',
      new Arith(),
      '',
      'rpc.Register: no service name for an object without a class (hint: use registerName)',
    ],
    ['null', null, undefined, 'rpc.Register: null is not an object'],
    ['a lower-case class under a given name', new hidden(), 'lower', 'registered'],
    ['a dotted name', { Add: () => 1 }, 'a.b', 'registered'],
  ])('%s', (_what, receiver, name, text) => {
    expect(registrationError(receiver, name)).toBe(text);
  });

  test('a name is taken once, and that is found last', () => {
    const server = new Server();
    server.register(new Arith());
    expect(() => server.register(new Arith())).toThrow(
      'rpc: service already defined: Arith',
    );
    expect(() => server.registerName('Arith', new Empty())).toThrow(
      'no exported methods',
    );
  });
});

test('what a subclass hides stays hidden; a class is no method', () => {
  class Parent {
    Hidden(args: unknown) {
      return args;
    }
    Shadowed(args: unknown) {
      return args;
    }
    Kept() {}
  }
  class Child extends Parent {
    override Hidden(args: unknown, _more?: unknown, _most?: unknown) {
      return args;
    }
    Type = class {};
  }
  Object.defineProperty(Child.prototype, 'Shadowed', { get: () => () => 1 });
  expect([...reflectService(new Child()).methods.keys()]).toEqual(['Kept']);
});
