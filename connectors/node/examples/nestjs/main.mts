// An API built on NestJS: npm run example:nestjs

import 'reflect-metadata';

import { Caller, CredenzaModule, Guard, Needs } from '@credenza/connectors/nestjs';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const port = Number(process.env['PORT'] ?? 8090);
const audience = process.env['AUDIENCE'] ?? `http://localhost:${port}`;

@Controller()
class Orders {
  @Get()
  @Needs({}, { optional: true })
  greet(@Caller() caller: Caller | null): string {
    return `Hello ${caller?.sub ?? 'whoever you are'}\n`;
  }

  @Get('orders')
  @Needs({ scopes: ['orders:read'] })
  list(@Caller() caller: Caller): string {
    return `Hello ${caller.sub}\n`;
  }

  @Post('refunds')
  @Needs({ scopes: ['orders:write'], maxAge: 600 })
  refund(@Caller('sub') sub: string): string {
    return `Hello ${sub}\n`;
  }
}

@Module({
  imports: [
    CredenzaModule.forRoot({
      everywhere: true,
      issuer: process.env['ISSUER'] ?? 'http://localhost:8080',
      audience,
      resourceMetadata: `${audience}/.well-known/oauth-protected-resource`,
      debug: Boolean(process.env['DEBUG']),
    }),
  ],
  controllers: [Orders],
})
class App {}

const app = await NestFactory.create(App);
const guard = app.get(Guard);
app.use(guard.metadata({ scopes: ['orders:read', 'orders:write'] }));
guard.ready().catch((error: Error) => console.warn(`the issuer is not there yet: ${error.message}`));
await app.listen(port, 'localhost');
