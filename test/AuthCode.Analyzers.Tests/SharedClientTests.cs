namespace AuthCode.Analyzers.Tests;

/// <summary>AUTHCODE002 in registrations: what is marked is reported, and nothing else.</summary>
internal sealed class SharedClientTests
{
    [TestCase("services.AddAzureClients(clients => clients.UseCredential([|credential|]));", TestName = "A credential for all clients of AddAzureClients")]
    [TestCase("services.AddAzureClients(clients => clients.UseCredential(all => [|all.GetRequiredService<UserCredential>()|]));", TestName = "A credential for all clients of AddAzureClients, resolved")]
    [TestCase("services.AddAzureClients(clients => clients.UseCredential(all => { var user = [|all.GetService<UserCredential>()|]!; return user; }));", TestName = "A credential for all clients of AddAzureClients, resolved in a block")]
    [TestCase("services.AddAzureClients(clients => clients.UseCredential(all => (TokenCredential)[|all.GetRequiredService(typeof(UserCredential))|]));", TestName = "A credential for all clients of AddAzureClients, resolved by type")]
    [TestCase("TokenCredential user = credential; services.AddAzureClients(clients => clients.UseCredential([|user|]));", TestName = "A credential for all clients of AddAzureClients, as a TokenCredential")]
    [TestCase("object user; user = credential; services.AddAzureClients(clients => clients.UseCredential((TokenCredential)[|user|]));", TestName = "A credential for all clients of AddAzureClients, as an object")]
    [TestCase("services.AddAzureClients(clients => clients.AddBlobServiceClient(account).WithCredential([|credential|]));", TestName = "A credential for one client of AddAzureClients")]
    [TestCase("services.AddAzureClients(clients => clients.AddClient<BlobServiceClient, BlobClientOptions>((options, _, all) => new BlobServiceClient(account, [|all.GetRequiredService<UserCredential>()|], options)));", TestName = "A factory of AddAzureClients")]
    [TestCase("services.AddSingleton(all => new BlobServiceClient(account, [|all.GetRequiredService<UserCredential>()|]));", TestName = "A singleton")]
    [TestCase("services.AddSingleton(_ => new BlobServiceClient(account, [|credential|]));", TestName = "A singleton that captures")]
    [TestCase("services.AddSingleton(new BlobServiceClient(account, [|credential|]));", TestName = "An instance")]
    [TestCase("var client = new BlobServiceClient(account, credential); services.AddSingleton([|client|]);", TestName = "An instance in a variable")]
    [TestCase("services.AddSingleton<TokenCredential>(all => [|all.GetRequiredService<UserCredential>()|]);", TestName = "The credential as a singleton")]
    [TestCase("services.AddSingleton<TokenCredential>([|credential|]);", TestName = "The credential as an instance")]
    [TestCase("services.AddSingleton<Func<BlobServiceClient>>(all => () => new BlobServiceClient(account, [|all.GetRequiredService<UserCredential>()|]));", TestName = "A singleton that resolves later, from its own services")]
    [TestCase("services.AddScoped<Orders>().AddSingleton(all => new Orders([|all.GetRequiredService<UserCredential>()|]));", TestName = "A singleton after another registration")]
    [TestCase("services.TryAddSingleton(all => new Orders([|all.GetRequiredService<UserCredential>()|]));", TestName = "TryAddSingleton")]
    [TestCase("services.AddKeyedSingleton(\"orders\", (all, _) => new Orders([|all.GetRequiredService<UserCredential>()|]));", TestName = "AddKeyedSingleton")]
    [TestCase("services.TryAddKeyedSingleton(\"orders\", (all, _) => new Orders([|all.GetRequiredService<UserCredential>()|]));", TestName = "TryAddKeyedSingleton")]
    [TestCase("services.AddHostedService(all => new Worker([|all.GetRequiredService<UserCredential>()|]));", TestName = "AddHostedService")]
    [TestCase("services.Add(ServiceDescriptor.Singleton(all => new Orders([|all.GetRequiredService<UserCredential>()|])));", TestName = "A descriptor")]
    [TestCase("services.Add(ServiceDescriptor.Describe(typeof(Orders), all => new Orders([|all.GetRequiredService<UserCredential>()|]), ServiceLifetime.Singleton));", TestName = "A descriptor with a lifetime")]
    [TestCase("services.Add(new ServiceDescriptor(typeof(Orders), all => new Orders([|all.GetRequiredService<UserCredential>()|]), ServiceLifetime.Singleton));", TestName = "A new descriptor with a lifetime")]
    [TestCase("services.AddSingleton([|Create|]); static Orders Create(IServiceProvider all) => new(all.GetRequiredService<UserCredential>());", TestName = "A local function as the factory")]
    [TestCase("services.AddSingleton(all => new Orders([|Find(all)|])); static TokenCredential Find(IServiceProvider all) => all.GetRequiredService<UserCredential>();", TestName = "A local function in the factory")]
    [TestCase("services.AddSingleton(all => [|ActivatorUtilities.CreateInstance<Reports>(all)|]);", TestName = "A singleton that the container creates")]
    [TestCase("services.AddAzureClients(clients => clients.UseCredential([|Find|])); static TokenCredential Find(IServiceProvider all) => all.GetRequiredService<UserCredential>();", TestName = "A method for all clients of AddAzureClients")]
    [TestCase("services.AddSingleton<Func<Orders>>(() => new Orders([|credential|]));", TestName = "A function as an instance")]
    [TestCase("services.Add(new ServiceDescriptor(typeof(Orders), new Orders([|credential|])));", TestName = "A new descriptor with an instance")]
    [TestCase("services.Add(new ServiceDescriptor(typeof(Orders), \"orders\", new Orders([|credential|])));", TestName = "A new keyed descriptor with an instance")]
    [TestCase("services.AddSingleton<IReports>(all => (IReports)[|ActivatorUtilities.CreateInstance(all, typeof(Reports))|]);", TestName = "A singleton that the container creates by type")]
    [TestCase("Func<IServiceProvider, Orders> create = all => new Orders(all.GetRequiredService<UserCredential>()); services.AddSingleton([|create|]);", TestName = "A function in a variable as the factory")]
    [TestCase("Func<IServiceProvider, TokenCredential> find = all => all.GetRequiredService<UserCredential>(); services.AddAzureClients(clients => clients.UseCredential([|find|]));", TestName = "A function in a variable for all clients of AddAzureClients")]
    [TestCase("services.AddHttpClient(\"orders\").AddHttpMessageHandler(all => new Handler([|all.GetRequiredService<UserCredential>()|]));", TestName = "A handler of HTTP clients")]
    [TestCase("services.AddSingleton([|Create|]); static Orders Create(IServiceProvider all) { var same = all; return new(same.GetRequiredService<UserCredential>()); }", TestName = "A factory that keeps its services in a variable")]
    [TestCase("services.AddSingleton(all => [|Create(all)|]); static Orders Create(IServiceProvider all) => Make(all); static Orders Make(IServiceProvider all) => new(all.GetRequiredService<UserCredential>());", TestName = "A local function that calls another in the factory")]
    public async Task A_shared_client_is_reported(string statements) => IsReportedAsMarked(await AnalyzedCode.StatementsAsync(statements));

    [TestCase("[|services.AddSingleton<Reports>()|];")]
    [TestCase("[|services.AddSingleton<IReports, Reports>()|];")]
    [TestCase("[|services.AddSingleton(typeof(IReports), typeof(Reports))|];")]
    [TestCase("[|services.AddSingleton(typeof(Cards<>))|];")]
    [TestCase("[|services.AddKeyedSingleton<IReports, Reports>(\"reports\")|];")]
    [TestCase("[|services.TryAddKeyedSingleton<IReports, Reports>(\"reports\")|];")]
    [TestCase("services.AddScoped<Reports>(); [|services.AddScoped<Orders>().AddSingleton<IReports, Reports>()|];")]
    [TestCase("services.TryAddEnumerable([|ServiceDescriptor.Singleton<IReports, Reports>()|]);")]
    [TestCase("[|services.AddHostedService<Worker>()|];")]
    [TestCase("[|services.AddSingleton(typeof(UserCredential))|];")]
    [TestCase("[|services.AddSingleton(implementationType: typeof(Reports), serviceType: typeof(IReports))|];")]
    [TestCase("services.Add([|new ServiceDescriptor(typeof(IReports), typeof(Reports), ServiceLifetime.Singleton)|]);")]
    [TestCase("services.TryAdd([|ServiceDescriptor.Describe(typeof(IReports), typeof(Reports), ServiceLifetime.Singleton)|]);")]
    [TestCase("[|services.AddSingleton<Later>()|];")]
    [TestCase("[|new ApplicationBuilder(provider).UseMiddleware<Middleware>()|];")]
    [TestCase("[|services.AddHttpClient(\"orders\").AddHttpMessageHandler<Handler>()|];")]
    [TestCase("[|services.AddOptions<Prices>().Configure<UserCredential>((prices, user) => { })|];")]
    [TestCase("[|services.AddSingleton<TokenCredential, UserCredential>()|];")]
    public async Task A_singleton_whose_constructor_takes_a_credential_is_reported(string statements) => IsReportedAsMarked(await AnalyzedCode.StatementsAsync(statements));

    [TestCase("services.AddScoped(all => new Orders(all.GetRequiredService<UserCredential>()));")]
    [TestCase("services.AddTransient(all => new Orders(all.GetRequiredService<UserCredential>()));")]
    [TestCase("services.AddKeyedScoped(\"orders\", (all, _) => new Orders(all.GetRequiredService<UserCredential>()));")]
    [TestCase("services.AddScoped<Reports>().AddTransient<IReports, Reports>();")]
    [TestCase("services.AddScoped(all => new Orders(all.GetRequiredService<UserCredential>())).AddSingleton<Program>();")]
    [TestCase("services.Add(ServiceDescriptor.Scoped(all => new Orders(all.GetRequiredService<UserCredential>())));")]
    [TestCase("services.Add(ServiceDescriptor.Describe(typeof(Orders), all => new Orders(all.GetRequiredService<UserCredential>()), ServiceLifetime.Scoped));")]
    [TestCase("services.AddScoped(Create); static Orders Create(IServiceProvider all) => new(all.GetRequiredService<UserCredential>());")]
    [TestCase("new AuthCodeBuilder(\"web\", services).AddUserClient((user, _) => new BlobServiceClient(account, user));")]
    [TestCase("services.AddHttpClient(\"orders\").AddUserToken(\"api://orders/.default\");")]
    [TestCase("services.AddAzureClients(clients => clients.AddBlobServiceClient(account));")]
    [TestCase("services.AddAzureClients(clients => services.AddScoped(all => new Orders(all.GetRequiredService<UserCredential>())));")]
    [TestCase("services.AddAzureClients(clients => clients.UseCredential(all => all.GetRequiredService<TokenCredential>()));")]
    [TestCase("var client = new BlobServiceClient(account, credential); TokenCredential same = credential; _ = (client, same);")]
    [TestCase("services.AddSingleton(nameof(UserCredential) + nameof(credential)).AddSingleton<Type>(typeof(UserCredential));")]
    [TestCase("services.AddSingleton(all => new Orders(all.GetRequiredService<TokenCredential>()));")]
    [TestCase("services.AddSingleton<Func<UserCredential, Orders>>(_ => user => new Orders(user));", TestName = "A singleton that is given a credential for each call")]
    [TestCase("services.AddSingleton<Func<IServiceProvider, Orders>>(_ => request => new Orders(request.GetRequiredService<UserCredential>()));", TestName = "A singleton that is given services for each call")]
    [TestCase("services.AddSingleton<Func<Orders>>(all => () => new Orders(all.GetRequiredService<IHttpContextAccessor>().HttpContext!.RequestServices.GetRequiredService<UserCredential>()));", TestName = "A singleton that finds the services of the current request")]
    [TestCase("services.AddSingleton<Func<IServiceProvider, Orders>>(_ => Create); static Orders Create(IServiceProvider all) => new(all.GetRequiredService<UserCredential>());", TestName = "A singleton that returns a method for the services of a request")]
    [TestCase("services.AddSingleton<Func<HttpContext, Orders>>(context => new Orders(context.RequestServices.GetRequiredService<UserCredential>()));", TestName = "A singleton that is a function of a request")]
    [TestCase("services.AddSingleton<Func<UserCredential, Orders>>(user => new Orders(user));", TestName = "A singleton that is a function of a credential")]
    [TestCase("services.AddSingleton<IReports>(all => all.GetRequiredService<Orders>());")]
    [TestCase("services.AddSingleton<IReports>(all => Create(all)); static Orders Create(IServiceProvider all) => new(all.GetRequiredService<TokenCredential>());")]
    [TestCase("services.AddSingleton<Func<HttpContext, Reports>>(_ => http => ActivatorUtilities.CreateInstance<Reports>(http.RequestServices));", TestName = "A singleton that creates an object with the services of a request")]
    [TestCase("services.AddSingleton<Func<IServiceProvider, Orders>>(_ => request => Create(request)); static Orders Create(IServiceProvider all) => new(all.GetRequiredService<UserCredential>());", TestName = "A singleton that calls a method with the services of a request")]
    [TestCase("services.AddSingleton(all => ActivatorUtilities.CreateInstance<Either>(all, \"orders\"));", TestName = "A singleton that the container creates with another constructor")]
    [TestCase("services.AddSingleton(new Orders(credential).Load());", TestName = "An instance that a client read")]
    [TestCase("services.AddSingleton(new Name(credential.ToString()!));", TestName = "An instance with a text")]
    [TestCase("services.Add(new ServiceDescriptor(typeof(IReports), typeof(Reports), ServiceLifetime.Scoped));")]
    [TestCase("services.AddSingleton(implementationType: typeof(Orders), serviceType: typeof(Reports));")]
    [TestCase("Func<IServiceProvider, Orders> create = all => new Orders(all.GetRequiredService<UserCredential>()); services.AddScoped(create);")]
    [TestCase("new ApplicationBuilder(provider).UseMiddleware<ScopedMiddleware>();", TestName = "A middleware that the container creates for each request")]
    [TestCase("services.AddOptions<Prices>().Configure<IServiceProvider>((prices, all) => { });")]
    [TestCase("_ = provider.GetRequiredService<AzureComponentFactory>().CreateClient(typeof(BlobServiceClient), null!, credential, new BlobClientOptions());", TestName = "A client of AzureComponentFactory")]
    public async Task A_client_that_is_not_shared_is_not_reported(string statements)
    {
        AnalyzedText text = await AnalyzedCode.StatementsAsync(statements);

        Assert.That(text.Reported, Is.Empty);
    }

    [Test]
    public async Task A_singleton_of_an_application_with_endpoints_is_reported_alone() => IsReportedAsMarked(await AnalyzedCode.MembersAsync("""
        internal static void Run(WebApplicationBuilder builder)
        {
            builder.Services.AddSingleton(all => new Orders([|all.GetRequiredService<UserCredential>()|]));
            WebApplication app = builder.Build();
            app.MapGet("/", (UserCredential user) => new Orders(user).Read());
            app.MapGet("/context", (HttpContext context) => new Orders(context.RequestServices.GetRequiredService<UserCredential>()).Read());
        }
        """));

    [Test]
    public async Task A_method_of_another_class_as_the_factory_is_reported() => IsReportedAsMarked(await AnalyzedCode.FileAsync("""
        internal static class Factory
        {
            internal static Orders Create(this IServiceProvider all)
            {
                var user = all.GetRequiredService<UserCredential>();
                return new Orders(user);
            }
        }

        internal static class Program
        {
            internal static void Run(IServiceCollection services) => services
                .AddScoped(Factory.Create)
                .AddScoped(all => all.Create())
                .AddSingleton([|Factory.Create|])
                .AddSingleton(all => [|all.Create()|]);
        }
        """));

    [Test]
    public async Task A_type_of_that_name_in_a_project_without_the_package_is_not_reported()
    {
        AnalyzedText text = await AnalyzedCode.FileAsync("""
            internal sealed class UserCredential { internal static UserCredential Only { get; } = Make(); private static UserCredential Make() => new(); }
            """, withAuthCode: false);

        Assert.That(text.Reported, Is.Empty);
    }

    internal static void IsReportedAsMarked(AnalyzedText text)
    {
        Assert.That(text.Marked, Is.Not.Empty);
        Assert.That(text.Reported, Is.EqualTo(text.Marked));
    }
}
