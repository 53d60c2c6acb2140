import {
  Caller,
  CredenzaGuard,
  CredenzaModule,
  Guard,
  Needs,
  Public,
  RefusalException,
  webSocketAdapter,
} from '@credenza/connectors/nestjs';
import { Catch, Controller, Get, Module, UseGuards, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WebSocketGateway } from '@nestjs/websockets';

@Controller('orders')
@UseGuards(CredenzaGuard)
@Needs({ scopes: ['read'] })
class Orders {
  @Get()
  list(@Caller() caller: Caller): string {
    return caller.sub ?? '';
  }

  @Get('mine')
  @Needs({ roles: ['admin'] }, { optional: true })
  mine(@Caller('sub') sub: string | null): string | null {
    return sub;
  }

  @Get('open')
  @Public()
  open(): string {
    return 'open';
  }
}

@WebSocketGateway({ path: '/live', needs: { scopes: ['read'] } })
class Live {}

@Catch(RefusalException)
class Filter implements ExceptionFilter<RefusalException> {
  catch({ refusal }: RefusalException, host: ArgumentsHost): void {
    void [refusal.rule, host.getType()];
  }
}

@Module({
  imports: [
    CredenzaModule.forRoot({ issuer: 'https://id.example', audience: 'https://api.example', everywhere: true }),
    CredenzaModule.forRootAsync({
      inject: [Filter],
      useFactory: async (_filter: Filter) => ({ issuer: 'https://id.example', audience: 'https://api.example' }),
    }),
  ],
  controllers: [Orders],
  providers: [Live],
})
class App {}

const app = await NestFactory.create(App);
app.use(app.get(Guard).metadata());
app.useWebSocketAdapter(webSocketAdapter(app));

// @ts-expect-error an issuer is needed.
CredenzaModule.forRoot({ audience: 'https://api.example' });
// @ts-expect-error a caller has no such member.
Caller('subject');
// @ts-expect-error needs have names.
Needs({ scope: ['read'] });
