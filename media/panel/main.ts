import { Controller } from './controller';

new Controller(document.getElementById('app')!).start();
