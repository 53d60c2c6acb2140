import {
  Login,
  LoginException,
  LoginGuard,
  LoginModule,
  OptionalLogin,
  RequiresLogin,
  SignedIn,
  WithoutLogin,
  Session,
  type LoginOptions,
} from '@credenza/connectors/login/nestjs';
import { Catch, Controller, Get, Module, UseGuards, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

declare const options: LoginOptions;

@Controller('account')
@UseGuards(LoginGuard)
class Account {
  @Get()
  async show(@SignedIn() signedIn: Session): Promise<string> {
    return signedIn.accessToken();
  }

  @Get('admin')
  @RequiresLogin(({ claims }) => claims['admin'] === true)
  admin(@SignedIn('sub') sub: string): string {
    return sub;
  }

  @Get('home')
  @OptionalLogin()
  home(@SignedIn() signedIn: Session | null): string {
    return signedIn?.name ?? 'nobody';
  }
}

@Controller('public')
@WithoutLogin()
class Public {}

@Catch(LoginException)
class Filter implements ExceptionFilter<LoginException> {
  catch({ answer }: LoginException): void {
    void answer.status;
  }
}

@Module({
  imports: [
    LoginModule.forRoot({ ...options, everywhere: true }),
    LoginModule.forRootAsync({ inject: [Filter], useFactory: async (_filter: Filter) => options }),
  ],
  controllers: [Account, Public],
})
class App {}

const app = await NestFactory.create(App);
app.use(app.get(Login).routes());
// @ts-expect-error an issuer is needed.
LoginModule.forRoot({ clientId: 'app' });
// @ts-expect-error a session has no such member.
SignedIn('subject');
