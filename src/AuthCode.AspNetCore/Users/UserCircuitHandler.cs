using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode;

/// <summary>Tells the scope of a Blazor circuit that it is one.</summary>
/// <remarks>Implementation note: a circuit has no request of its own. The one that <c>IHttpContextAccessor</c> may know is that of its connection, and prerendering is a usual request.</remarks>
/// <param name="scope">The scope of the circuit.</param>
/// <param name="services">The services of the circuit.</param>
internal sealed class UserCircuitHandler(UserScope scope, IServiceProvider services) : CircuitHandler
{
    private static readonly AsyncLocal<Reading?> Flowing = new();

    // Around the handlers of the application, so that their activities know the user. All handlers are created before, and what they take too.
    public override int Order => int.MinValue;

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next)
    {
        // Only a circuit calls this, when it is created.
        scope.Begin(ReadUserAsync, () => new Uri(services.GetRequiredService<NavigationManager>().BaseUri).AbsolutePath.TrimEnd('/'));
        return async context =>
        {
            scope.Enter();
            await next(context).ConfigureAwait(false);
        };
    }

    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        scope.RunsOn(SynchronizationContext.Current);
        return Task.CompletedTask;
    }

    // At each call, since the application may revalidate the user.
    private async ValueTask<ClaimsPrincipal?> ReadUserAsync()
    {
        if (services.GetService<AuthenticationStateProvider>() is not { } provider)
        {
            return null;
        }

        if (ReferenceEquals(Flowing.Value?.Handler, this))
        {
            throw new InvalidOperationException(
                "AuthenticationStateProvider.GetAuthenticationStateAsync() asked for a token of the user, whom it alone knows. There, take the credential of UserSessions.FindAsync(principal.GetSessionKey()) in place of UserCredential, AddUserClient or AddUserToken.");
        }

        var reading = new Reading { Handler = this };
        Flowing.Value = reading;
        try
        {
            return (await provider.GetAuthenticationStateAsync().ConfigureAwait(false)).User;
        }
        finally
        {
            // What the provider began in the background goes on with it, and must not keep the circuit alive.
            reading.Handler = null;
        }
    }

    private sealed class Reading
    {
        internal volatile UserCircuitHandler? Handler;
    }
}
