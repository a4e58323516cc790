using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AuthCode.Analyzers.Tests;

/// <summary>Assemblies with the public members, as far as tests call them, of packages that these tests do not depend on.</summary>
internal static class Packages
{
    private const string Cosmos = """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using Azure.Core;

        namespace Microsoft.Azure.Cosmos;

        public class CosmosClient : IDisposable
        {
            public CosmosClient(string accountEndpoint, TokenCredential tokenCredential) { }
            public virtual Uri Endpoint => null!;
            public virtual Database GetDatabase(string id) => null!;
            public virtual Container GetContainer(string databaseId, string containerId) => null!;
            public virtual Task<DatabaseResponse> CreateDatabaseIfNotExistsAsync(string id) => null!;
            public void Dispose() { }
        }

        public abstract class Database
        {
            public abstract string Id { get; }
            public abstract Container GetContainer(string id);
            public abstract Task<ContainerResponse> CreateContainerIfNotExistsAsync(string id, string partitionKeyPath);
        }

        public abstract class Container
        {
            public abstract string Id { get; }
            public abstract Task<ItemResponse<T>> ReadItemAsync<T>(string id);
        }

        public abstract class Response<T> { public abstract T Resource { get; } }
        public class ItemResponse<T> : Response<T> { public override T Resource => default!; }
        public class DatabaseProperties { public string Id { get; set; } = ""; }
        public class ContainerProperties { public string Id { get; set; } = ""; }
        public class DatabaseResponse : Response<DatabaseProperties>
        {
            public override DatabaseProperties Resource => null!;
            public virtual Database Database => null!;
            public static implicit operator Database(DatabaseResponse response) => response.Database;
        }

        public class ContainerResponse : Response<ContainerProperties>
        {
            public override ContainerProperties Resource => null!;
            public virtual Container Container => null!;
            public static implicit operator Container(ContainerResponse response) => response.Container;
        }
        """;

    private const string ServiceBus = """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using Azure.Core;

        namespace Azure.Messaging.ServiceBus;

        public class ServiceBusClient : IAsyncDisposable
        {
            public ServiceBusClient(string fullyQualifiedNamespace, TokenCredential credential) { }
            public virtual ServiceBusSender CreateSender(string queueOrTopicName) => null!;
            public virtual ServiceBusReceiver CreateReceiver(string queueName) => null!;
            public virtual Task<ServiceBusSessionReceiver> AcceptNextSessionAsync(string queueName) => null!;
            public virtual ValueTask DisposeAsync() => default;
        }

        public class ServiceBusSender { public virtual string EntityPath => ""; public virtual Task SendMessageAsync(object message) => null!; }
        public class ServiceBusReceiver { public virtual Task<ServiceBusReceivedMessage> ReceiveMessageAsync() => null!; }
        public class ServiceBusSessionReceiver : ServiceBusReceiver;
        public class ServiceBusReceivedMessage { public string MessageId => ""; }
        """;

    /// <summary>The assemblies, of which only the metadata is known.</summary>
    internal static ImmutableArray<MetadataReference> References { get; } = [Compile("Microsoft.Azure.Cosmos.Client", Cosmos), Compile("Azure.Messaging.ServiceBus", ServiceBus)];

    /// <summary>An assembly of which only the metadata is known.</summary>
    internal static PortableExecutableReference Compile(string name, string code, params MetadataReference[] references) => MetadataReference.CreateFromImage(Emit(name, code, references), filePath: name);

    /// <summary>The bytes of an assembly.</summary>
    internal static byte[] Emit(string name, string code, params MetadataReference[] references)
    {
        using var image = new MemoryStream();
        CSharpCompilation compilation = CSharpCompilation.Create(
            name, [CSharpSyntaxTree.ParseText(code)], AnalyzedCode.Installed.AddRange(references), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.That(compilation.Emit(image).Diagnostics.Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), Is.Empty);
        return image.ToArray();
    }
}
