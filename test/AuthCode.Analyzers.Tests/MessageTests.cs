using Microsoft.CodeAnalysis;

namespace AuthCode.Analyzers.Tests;

/// <summary>The messages of AUTHCODE002: what shares the credential, and the remedy for this case.</summary>
internal sealed class MessageTests
{
    private const string Another = ", so one user would get the token of another. ";

    [TestCase(
        "services.AddSingleton(all => new Orders(all.GetRequiredService<UserCredential>()));",
        "A singleton is shared by all users, and this one is created with a UserCredential" + Another + "Register it as scoped or transient; AddUserClient<T> registers an Azure SDK client of the user.",
        TestName = "A singleton")]
    [TestCase(
        "services.AddSingleton<IReports, Reports>();",
        "'Reports' is registered as a singleton, which all users share, and its constructor takes a UserCredential" + Another + "Register the class as scoped or transient.",
        TestName = "The class of a singleton")]
    [TestCase(
        "services.AddSingleton<TokenCredential, UserCredential>();",
        "'UserCredential' is registered as a singleton, which all users share, and follows one user. Remove the registration: AddAuthCode registers UserCredential as scoped.",
        TestName = "The credential as a singleton")]
    [TestCase(
        "services.AddHostedService(all => new Worker(all.GetRequiredService<UserCredential>()));",
        "A hosted service belongs to no user, and this one is created with a UserCredential. Find the session of the user with UserSessions.FindAsync, and use the credential of the session.",
        TestName = "A hosted service")]
    [TestCase(
        "services.AddHostedService<Worker>();",
        "'Worker' is a hosted service, which belongs to no user, and its constructor takes a UserCredential. Find the session of the user with UserSessions.FindAsync, and use the credential of the session.",
        TestName = "The class of a hosted service")]
    [TestCase(
        "services.AddAzureClients(clients => clients.UseCredential(credential));",
        "The clients of AddAzureClients are shared by all users, and UseCredential gives them a UserCredential" + Another + "Register clients of the user with AddUserClient<T>, and only clients with a credential of the application with AddAzureClients.",
        TestName = "A client of AddAzureClients")]
    [TestCase(
        "services.AddHttpClient(\"orders\").AddHttpMessageHandler(all => new Handler(all.GetRequiredService<UserCredential>()));",
        "The handlers of HTTP clients are shared by users, and AddHttpMessageHandler gives them a UserCredential" + Another + "Call AddUserToken for the HTTP client, which sends the token of each user.",
        TestName = "A handler of HTTP clients")]
    [TestCase(
        "services.AddHttpClient(\"orders\").AddHttpMessageHandler<Handler>();",
        "'Handler' is a handler of HTTP clients, which users share, and its constructor takes a UserCredential" + Another + "Call AddUserToken for the HTTP client, which sends the token of each user.",
        TestName = "The class of a handler of HTTP clients")]
    [TestCase(
        "new ApplicationBuilder(provider).UseMiddleware<Middleware>();",
        "'Middleware' is a middleware, which is created once for all users, and its constructor takes a UserCredential" + Another + "Make the UserCredential a parameter of InvokeAsync, which gets the services of each request.",
        TestName = "A middleware")]
    [TestCase(
        "services.AddOptions<Prices>().Configure<UserCredential>((prices, user) => { });",
        "Options are shared by all users, and Configure of OptionsBuilder is given a UserCredential" + Another + "Take the UserCredential where the options are used, in a scoped or transient service.",
        TestName = "Options")]
    [TestCase(
        "provider.GetRequiredService<IMemoryCache>().Set(\"user\", new BlobServiceClient(account, credential));",
        "A memory cache is shared by all users, and Set gives it a UserCredential, or what was created or acquired with one" + Another + "Cache the data that the client has read; AddUserClient<T> keeps a client for each session, and the session keeps its tokens.",
        TestName = "A memory cache")]
    [TestCase(
        "TokenCredential? shared = null; WebApplication.Create().MapGet(\"/\", (UserCredential user) => { shared = user; });",
        "The variable 'shared' is shared by all calls of a function that runs for each request, and keeps a UserCredential, or what was created or acquired with one" + Another + "Declare it in the function, or register the client with AddUserClient<T>.",
        TestName = "A variable")]
    [TestCase(
        "_client = new BlobServiceClient(account, credential);",
        "The static field '_client' is shared by all users, and keeps a UserCredential, or what was created or acquired with one" + Another + "Keep it in a variable of the request, or in a field of a scoped or transient service; AddUserClient<T> keeps a client for each session.",
        TestName = "A static field")]
    [TestCase(
        "_client = Create(); BlobServiceClient Create() => new(account, credential);",
        "The static field '_client' is shared by all users, and keeps a UserCredential, or what was created or acquired with one" + Another + "Keep it in a variable of the request, or in a field of a scoped or transient service; AddUserClient<T> keeps a client for each session.",
        TestName = "A static field, found at the end of the compilation")]
    public async Task The_message_names_the_cause_and_its_remedy(string statements, string message)
    {
        AnalyzedText text = await AnalyzedCode.MembersAsync($$"""
            private static BlobServiceClient? _client;

            internal static void Run(IServiceCollection services, IServiceProvider provider, UserCredential credential, Uri account)
            {
                {{statements}}
            }
            """);

        Diagnostic diagnostic = text.Diagnostics.Single();
        Assert.That((diagnostic.Id, diagnostic.GetMessage(null)), Is.EqualTo(("AUTHCODE002", message)));
    }
}
