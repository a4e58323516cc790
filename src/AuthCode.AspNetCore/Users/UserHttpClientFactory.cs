using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace AuthCode;

/// <summary>Creates HTTP clients that belong to the scope which they were created in, if they send the token of its user.</summary>
/// <remarks>
/// Implementation note: handlers of <see cref="IHttpClientFactory"/> are shared by all scopes, and live in scopes of their own. In a request they find the user
/// by <c>IHttpContextAccessor</c>. In a circuit, what flows with a call can be of another user, who raised an event there. The factory is
/// therefore transient, so that it knows which scope asks, and each client tells it with its requests.
/// </remarks>
/// <param name="application">The services of the application: whoever has a factory may use it when its scope is over.</param>
/// <param name="plain">The factory of the application.</param>
/// <param name="scope">The scope that asked for the factory.</param>
/// <param name="isOfConnection">Whether the code of a circuit or a hub method asked: the request that flows with its calls can be of another user.</param>
internal sealed class UserHttpClientFactory(IServiceProvider application, IHttpClientFactory plain, UserScope scope, bool isOfConnection) : IHttpClientFactory
{
    private static readonly HttpRequestOptionsKey<UserClientScopes> ScopesKey = new("AuthCode.Scopes");

    /// <summary>Takes the scopes of its client out of a request; <see langword="null"/> for one that another client sends.</summary>
    internal static UserClientScopes? TakeScopes(HttpRequestMessage request)
    {
        IDictionary<string, object?> options = request.Options;
        return options.Remove(ScopesKey.Key, out object? scopes) ? (UserClientScopes?)scopes : null;
    }

    /// <summary>Registers the factory in front of that of the application, and a client that sends tokens.</summary>
    /// <returns>Whether the client was not registered before.</returns>
    internal static bool TryAdd(IServiceCollection services, string name)
    {
        if (services.Any(service => service is { IsKeyedService: false, ImplementationInstance: ConfigureNamedOptions<UserHttpClientOptions> options } && options.Name == name))
        {
            return false;
        }

        services.Configure<UserHttpClientOptions>(name, static options => options.SendsUserToken = true);
        if (services.Any(static service => service.ServiceType == typeof(ApplicationServices)))
        {
            return true;
        }

        // The first filter has the last word.
        services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, UserHttpClientFilter>());
        services.AddSingleton(static provider => new ApplicationServices(provider));
        ServiceDescriptor plain = services.Last(static service => service.ServiceType == typeof(IHttpClientFactory) && !service.IsKeyedService);
        services.Remove(plain);
        services.Add(new ServiceDescriptor(typeof(IHttpClientFactory), typeof(UserHttpClientFactory), (provider, _) => Create(plain, provider), plain.Lifetime));
        services.AddTransient(static provider =>
        {
            IHttpClientFactory plain = provider.GetRequiredKeyedService<IHttpClientFactory>(typeof(UserHttpClientFactory));
            var application = provider.GetRequiredService<ApplicationServices>();

            // A singleton has no scope, and scope validation would refuse to look for one. Handlers are shared, and have scopes that are nobody's.
            return ReferenceEquals(provider, application.Provider) || UserHttpClientFilter.IsBuilding || provider.GetService<UserScope>() is not { } scope || application.HasScope(scope)
                ? plain
                : new UserHttpClientFactory(application.Provider, plain, scope, UserScope.IsCalledByConnection);
        });
        return true;
    }

    public HttpClient CreateClient(string name)
    {
        if (!application.GetRequiredService<IOptionsMonitor<UserHttpClientOptions>>().Get(name).SendsUserToken)
        {
            return plain.CreateClient(name);
        }

        HttpMessageHandler shared = application.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name);
        var client = new HttpClient(new ScopeHandler(new UserClientScopes(scope, isOfConnection ? null : scope.SurroundingRequest()?.Scope), shared), disposeHandler: false);
        foreach (Action<HttpClient> configure in application.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(name).HttpClientActions)
        {
            configure(client);
        }

        return client;
    }

    private static object Create(ServiceDescriptor plain, IServiceProvider provider) =>
        plain.ImplementationInstance ?? plain.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, plain.ImplementationType!);

    private sealed class ScopeHandler(UserClientScopes scopes, HttpMessageHandler shared) : DelegatingHandler(shared)
    {
        // Neither is asynchronous, and no handler is before them: the caller's context is still there, and what is entered flows on into the handlers.
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            UserScope? outer = Enter(request);
            try
            {
                return base.SendAsync(request, cancellationToken);
            }
            finally
            {
                UserScope.ReturnTo(outer);
            }
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            UserScope? outer = Enter(request);
            try
            {
                return base.Send(request, cancellationToken);
            }
            finally
            {
                UserScope.ReturnTo(outer);
            }
        }

        private UserScope? Enter(HttpRequestMessage request)
        {
            request.Options.Set(ScopesKey, scopes);
            return scopes.Scope.EnterIfDispatched();
        }
    }
}
