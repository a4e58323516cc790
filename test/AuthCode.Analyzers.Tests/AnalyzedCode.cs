using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AuthCode.Analyzers.Tests;

/// <summary>Code that is compiled as a user's compiler does, and what an analyzer says of it. <c>[|</c> and <c>|]</c> mark what it should report.</summary>
internal static class AnalyzedCode
{
    private const string Start = "[|", End = "|]";

    private const string Usings = """
        using System;
        using System.Collections.Concurrent;
        using System.Collections.Generic;
        using System.Linq;
        using System.Threading;
        using System.Threading.Tasks;
        using AuthCode;
        using Azure.Core;
        using Azure.Messaging.ServiceBus;
        using Azure.Storage.Blobs;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.AspNetCore.Http;
        using Microsoft.Azure.Cosmos;
        using Microsoft.Extensions.Azure;
        using Microsoft.Extensions.Caching.Memory;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.DependencyInjection.Extensions;
        using Microsoft.Extensions.Hosting;

        """;

    private const string Classes = """

        internal interface IReports;
        internal sealed class Reports : IReports { public Reports(UserCredential credential) => _ = credential; }
        internal sealed class Orders : IReports { public Orders(TokenCredential credential) => _ = credential; public string Name => ""; public string Read() => ""; public Prices Load() => new(); }
        internal sealed class Prices;
        internal sealed class Cards<T> : IReports { public Cards(UserCredential credential) => _ = credential; }
        internal sealed record Name(string Text);
        internal sealed class Later { public Later(Lazy<UserCredential> credential) => _ = credential; }
        internal sealed class Either { public Either(string name) => _ = name; public Either(string name, UserCredential credential) => _ = (name, credential); }
        internal sealed class Handler : System.Net.Http.DelegatingHandler { public Handler(UserCredential credential) => _ = credential; }
        internal sealed class Middleware { public Middleware(RequestDelegate next, UserCredential credential) => _ = (next, credential); public Task InvokeAsync(HttpContext context) => Task.CompletedTask; }
        internal sealed class ScopedMiddleware : IMiddleware { public ScopedMiddleware(UserCredential credential) => _ = credential; public Task InvokeAsync(HttpContext context, RequestDelegate next) => Task.CompletedTask; }
        internal sealed class Worker : BackgroundService
        {
            public Worker(UserCredential credential) => _ = credential;
            protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
        }
        """;

    /// <summary>What these tests run with, so what a project with the same references compiles against.</summary>
    internal static ImmutableArray<MetadataReference> Installed { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static file => MetadataReference.CreateFromFile(file))];

    /// <summary>Statements of a method that has a collection of services, the services, a credential and the account of a storage client.</summary>
    internal static Task<AnalyzedText> StatementsAsync(string statements) => MembersAsync($$"""
        internal static void Run(IServiceCollection services, IServiceProvider provider, UserCredential credential, Uri account)
        {
            {{statements}}
        }
        """);

    /// <summary>Members of a class.</summary>
    internal static Task<AnalyzedText> MembersAsync(string members) => FileAsync($$"""
        internal sealed class Program
        {
            {{members}}
        }
        """);

    /// <summary>Types.</summary>
    internal static async Task<AnalyzedText> FileAsync(string types, bool withAuthCode = true)
    {
        string code = Unmark(types, out List<string> marked);
        CSharpCompilation compilation = Compile(code, withAuthCode);
        code = compilation.SyntaxTrees.Single().ToString();

        ImmutableArray<Diagnostic> reported = await compilation.WithAnalyzers([new UserCredentialAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        return new AnalyzedText(
            [.. marked],
            [.. reported.OrderBy(static diagnostic => diagnostic.Location.SourceSpan.Start).Select(diagnostic => code.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length))],
            [.. reported]);
    }

    /// <summary>Compiles types beside the classes that they use.</summary>
    internal static CSharpCompilation Compile(string types, bool withAuthCode, params MetadataReference[] references)
    {
        string code = (withAuthCode ? Usings : "") + types + (withAuthCode ? Classes : "");
        var compilation = CSharpCompilation.Create(
            "Users",
            [CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.CSharp12, DocumentationMode.Diagnose))],
            Packages.References.AddRange(Installed).AddRange(references).Where(reference => withAuthCode || !reference.Display!.Contains("AuthCode.AspNetCore", StringComparison.Ordinal)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.That(compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), Is.Empty, code);
        return compilation;
    }

    private static string Unmark(string code, out List<string> marked)
    {
        marked = [];
        var plain = new StringBuilder();
        int at = 0;
        for (int start = code.IndexOf(Start, StringComparison.Ordinal); start >= 0; start = code.IndexOf(Start, at, StringComparison.Ordinal))
        {
            int end = code.IndexOf(End, start, StringComparison.Ordinal);
            string text = code[(start + Start.Length)..end];
            marked.Add(text);
            plain.Append(code, at, start - at).Append(text);
            at = end + End.Length;
        }

        return plain.Append(code, at, code.Length - at).ToString();
    }
}

/// <summary>What was marked, and what was reported, in the order of the code.</summary>
internal sealed record AnalyzedText(string[] Marked, string[] Reported, Diagnostic[] Diagnostics);
