using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.Extensions.DependencyInjection;

namespace AuthCode.AspNetCore.Tests;

/// <summary>What the framework does for the code of a Blazor circuit: a scope of its own, and its handlers around each event.</summary>
internal sealed class TestCircuit : IAsyncDisposable
{
    private readonly AsyncServiceScope _scope;
    private readonly CircuitHandler[] _handlers;
    private readonly Func<CircuitInboundActivityContext, Task> _dispatch;
    private Func<Task> _code = static () => Task.CompletedTask;

    private TestCircuit(App app)
    {
        _scope = app.Services.CreateAsyncScope();
        _handlers = [.. Services.GetServices<CircuitHandler>().OrderBy(static handler => handler.Order)];
        _dispatch = _ => _code();
        foreach (CircuitHandler handler in _handlers.Reverse())
        {
            _dispatch = handler.CreateInboundActivityHandler(_dispatch);
        }
    }

    /// <summary>The context in which the code of components runs.</summary>
    internal SynchronizationContext Dispatcher { get; } = new();

    internal IServiceProvider Services => _scope.ServiceProvider;

    /// <summary>The user, as <c>AuthenticationStateProvider</c> has it.</summary>
    internal ClaimsPrincipal User { set => Services.GetRequiredService<TestAuthentication>().User = value; }

    internal static void AddServices(IServiceCollection services) =>
        services.AddScoped<TestAuthentication>().AddScoped<AuthenticationStateProvider>(static provider => provider.GetRequiredService<TestAuthentication>());

    internal static async Task<TestCircuit> OpenAsync(App app, ClaimsPrincipal user)
    {
        var circuit = new TestCircuit(app) { User = user };
        await circuit.OnDispatcherAsync(async () =>
        {
            foreach (CircuitHandler handler in circuit._handlers)
            {
                // A circuit itself cannot be created outside the framework.
                await handler.OnCircuitOpenedAsync(null!, CancellationToken.None);
            }

            return 0;
        });
        return circuit;
    }

    /// <summary>Runs the code of a component, as an event of the browser does.</summary>
    internal async Task<T> RunAsync<T>(Func<IServiceProvider, Task<T>> code)
    {
        T? result = default;
        _code = async () => result = await OnDispatcherAsync(() => code(Services));
        await _dispatch(null!);
        return result!;
    }

    /// <summary>Runs code as <c>ComponentBase.InvokeAsync</c> does.</summary>
    internal async Task<T> OnDispatcherAsync<T>(Func<Task<T>> code)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(Dispatcher);
        try
        {
            return await code().ConfigureAwait(false);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    public ValueTask DisposeAsync() => _scope.DisposeAsync();

    private sealed class TestAuthentication : AuthenticationStateProvider
    {
        internal ClaimsPrincipal User { get; set; } = new();

        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(User));
    }
}
