using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.SignalR;

namespace AuthCode.AspNetCore.Tests.Snippets;

/// <summary>The component and the hub of docs/aspnetcore.md.</summary>
internal static class Blazor
{
    public interface OrdersApi
    {
        Task<IReadOnlyList<string>> ListAsync();
    }

    public interface FilesApi
    {
        Task<IReadOnlyList<string>> ListAsync();
    }

    public sealed class FilesPage : ComponentBase
    {
        private IReadOnlyList<string>? _files;

        [Inject]
        public required FilesApi Files { get; set; }

        internal int Count => _files?.Count ?? 0;

        internal Func<Task> OnChanged => OnChangedAsync;

        private Task OnChangedAsync() => InvokeAsync(async () =>
        {
            Task<IReadOnlyList<string>> listing;
            using (ExecutionContext.SuppressFlow())
            {
                listing = Files.ListAsync();
            }

            _files = await listing;
            StateHasChanged();
        });
    }

    public sealed class OrdersPage : ComponentBase
    {
        private IReadOnlyList<string>? _orders;

        [Inject]
        public required OrdersApi Orders { get; set; }

        [Inject]
        public required UserSignIn SignIn { get; set; }

        [Inject]
        public required NavigationManager Navigation { get; set; }

        internal int Count => _orders?.Count ?? 0;

        protected override Task OnInitializedAsync() => LoadAsync();

        private async Task LoadAsync()
        {
            try
            {
                _orders = await Orders.ListAsync();
            }
            catch (AuthenticationFailedException e) when (e.IsSignInRequired || e.Response?.Claims is not null)
            {
                Navigation.NavigateTo(SignIn.AddressFor(e, Navigation.Uri), forceLoad: true);
            }
        }
    }

    [Authorize]
    public sealed class OrdersHub(OrdersApi orders, UserSignIn signIn) : Hub
    {
        public async Task<IReadOnlyList<string>> List()
        {
            try
            {
                return await orders.ListAsync();
            }
            catch (AuthenticationFailedException e) when (e.IsSignInRequired || e.Response?.Claims is not null)
            {
                throw new HubException(signIn.AddressFor(e, "/orders"));
            }
        }
    }
}
