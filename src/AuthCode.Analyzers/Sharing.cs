using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers;

/// <summary>What shares a credential, and what to do instead: the two sentences of the message of AUTHCODE002. All of them are made here.</summary>
internal sealed class Sharing
{
    private const string Consequence = ", so one user would get the token of another";
    private const string Keeps = " keeps a UserCredential, or what was created or acquired with one" + Consequence;
    private const string FindTheSession = "Find the session of the user with UserSessions.FindAsync, and use the credential of the session";
    private const string TakenByConstructor = "its constructor takes a UserCredential";

    private Sharing(string cause, string remedy) => (Cause, Remedy) = (cause, remedy);

    /// <summary>What shares the credential; without the full stop.</summary>
    internal string Cause { get; }

    /// <summary>What to do instead; without the full stop.</summary>
    internal string Remedy { get; }

    internal static Sharing BySingleton { get; } = new(
        "A singleton is shared by all users, and this one is created with a UserCredential" + Consequence,
        "Register it as scoped or transient; AddUserClient<T> registers an Azure SDK client of the user");

    internal static Sharing ByHostedService { get; } = new("A hosted service belongs to no user, and this one is created with a UserCredential", FindTheSession);

    internal static Sharing ByAzureClients(IMethodSymbol method) => new(
        $"The clients of AddAzureClients are shared by all users, and {method.Name} gives them a UserCredential{Consequence}",
        "Register clients of the user with AddUserClient<T>, and only clients with a credential of the application with AddAzureClients");

    internal static Sharing ByHandlers(IMethodSymbol method) => new(
        $"The handlers of HTTP clients are shared by users, and {method.Name} gives them a UserCredential{Consequence}", "Call AddUserToken for the HTTP client, which sends the token of each user");

    internal static Sharing ByMemoryCache(IMethodSymbol method) => new(
        $"A memory cache is shared by all users, and {method.Name} gives it a UserCredential, or what was created or acquired with one{Consequence}",
        "Cache the data that the client has read; AddUserClient<T> keeps a client for each session, and the session keeps its tokens");

    internal static Sharing ByVariable(ILocalSymbol variable) => new(
        $"The variable '{variable.Name}' is shared by all calls of a function that runs for each request, and{Keeps}",
        "Declare it in the function, or register the client with AddUserClient<T>");

    internal static Sharing ByStatic(ISymbol member) => new(
        $"The static {(member switch { IFieldSymbol => "field", IEventSymbol => "event", _ => "property" })} '{member.Name}' is shared by all users, and{Keeps}",
        "Keep it in a variable of the request, or in a field of a scoped or transient service; AddUserClient<T> keeps a client for each session");

    internal static Sharing ByClass(INamedTypeSymbol singleton, bool isCredential) =>
        isCredential ? new($"'{singleton.Name}' is registered as a singleton, which all users share, and follows one user", "Remove the registration: AddAuthCode registers UserCredential as scoped")
        : singleton.AllInterfaces.Any(static type => type.Name == "IHostedService") ? new($"'{singleton.Name}' is a hosted service, which belongs to no user, and {TakenByConstructor}", FindTheSession)
        : new($"'{singleton.Name}' is registered as a singleton, which all users share, and {TakenByConstructor}{Consequence}", "Register the class as scoped or transient");

    internal static Sharing ByMiddleware(INamedTypeSymbol middleware) => new(
        $"'{middleware.Name}' is a middleware, which is created once for all users, and {TakenByConstructor}{Consequence}", "Make the UserCredential a parameter of InvokeAsync, which gets the services of each request");

    internal static Sharing ByHandlerClass(INamedTypeSymbol handler) => new(
        $"'{handler.Name}' is a handler of HTTP clients, which users share, and {TakenByConstructor}{Consequence}", "Call AddUserToken for the HTTP client, which sends the token of each user");

    internal static Sharing ByOptions(IMethodSymbol method, INamedTypeSymbol options) => new(
        $"Options are shared by all users, and {method.Name} of {options.Name} is given a UserCredential{Consequence}", "Take the UserCredential where the options are used, in a scoped or transient service");
}
