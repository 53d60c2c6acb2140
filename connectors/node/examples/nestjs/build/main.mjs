// An API built on NestJS: npm run example:nestjs
var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
var __param = (this && this.__param) || function (paramIndex, decorator) {
    return function (target, key) { decorator(target, key, paramIndex); }
};
import 'reflect-metadata';
import { Caller, CredenzaModule, Guard, Needs } from '@credenza/connectors/nestjs';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
const port = Number(process.env['PORT'] ?? 8090);
const audience = process.env['AUDIENCE'] ?? `http://localhost:${port}`;
let Orders = class Orders {
    greet(caller) {
        return `Hello ${caller?.sub ?? 'whoever you are'}\n`;
    }
    list(caller) {
        return `Hello ${caller.sub}\n`;
    }
    refund(sub) {
        return `Hello ${sub}\n`;
    }
};
__decorate([
    Get(),
    Needs({}, { optional: true }),
    __param(0, Caller()),
    __metadata("design:type", Function),
    __metadata("design:paramtypes", [Object]),
    __metadata("design:returntype", String)
], Orders.prototype, "greet", null);
__decorate([
    Get('orders'),
    Needs({ scopes: ['orders:read'] }),
    __param(0, Caller()),
    __metadata("design:type", Function),
    __metadata("design:paramtypes", [Object]),
    __metadata("design:returntype", String)
], Orders.prototype, "list", null);
__decorate([
    Post('refunds'),
    Needs({ scopes: ['orders:write'], maxAge: 600 }),
    __param(0, Caller('sub')),
    __metadata("design:type", Function),
    __metadata("design:paramtypes", [String]),
    __metadata("design:returntype", String)
], Orders.prototype, "refund", null);
Orders = __decorate([
    Controller()
], Orders);
let App = class App {
};
App = __decorate([
    Module({
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
], App);
const app = await NestFactory.create(App);
const guard = app.get(Guard);
app.use(guard.metadata({ scopes: ['orders:read', 'orders:write'] }));
guard.ready().catch((error) => console.warn(`the issuer is not there yet: ${error.message}`));
await app.listen(port, 'localhost');
