using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Gatepass.Sdk;

/// <summary>
/// Runs every public method of the classes whose names begin with "Checks", and writes to
/// GATEPASS_OUTCOMES what became of each: null, or what was wrong.
/// </summary>
public static class Check
{
    /// <summary>Runs them all.</summary>
    public static int Main()
    {
        var flags = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var outcomes = new Dictionary<string, object>();
        foreach (var type in typeof(Check).Assembly.GetTypes().Where(one => one.Name.StartsWith("Checks")))
        {
            foreach (var check in type.GetMethods(flags))
            {
                outcomes[check.Name] = Outcome(check);
            }
        }
        var path = System.Environment.GetEnvironmentVariable("GATEPASS_OUTCOMES");
        File.WriteAllText(path, GatepassJson.Write(outcomes));
        return 0;
    }

    /// <summary>Throws unless it holds.</summary>
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    /// <summary>Throws unless both are the same.</summary>
    public static void Same(object expected, object found)
    {
        That(Equals(expected, found), $"it is '{found}', not '{expected}'");
    }

    /// <summary>Returns the exception of this kind that it throws.</summary>
    public static T Throws<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T expected)
        {
            return expected;
        }
        throw new InvalidOperationException("no " + typeof(T).Name);
    }

    private static string Outcome(MethodInfo check)
    {
        try
        {
            var running = Task.Run(() => check.Invoke(null, null));
            return running.Wait(TimeSpan.FromSeconds(20)) ? null : "it does not end";
        }
        catch (AggregateException failure)
        {
            return failure.GetBaseException().ToString();
        }
    }
}

/// <summary>The other end: answers in turn, the last answer stays.</summary>
public sealed class Peer : HttpMessageHandler
{
    private readonly Func<int, CancellationToken, Task<HttpResponseMessage>> answer;

    /// <summary>Answers with texts and 200.</summary>
    public Peer(params string[] texts)
        : this(texts.Select(one => new Func<HttpResponseMessage>(() => Answer(200, one))).ToArray())
    {
    }

    /// <summary>Answers with what these return or throw.</summary>
    public Peer(params Func<HttpResponseMessage>[] answers)
        : this((number, _) => Task.FromResult(answers[Math.Min(number, answers.Length - 1)]()))
    {
    }

    /// <summary>Answers with what this returns for the number of the request.</summary>
    public Peer(Func<int, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        this.answer = answer;
    }

    /// <summary>What was asked.</summary>
    public List<HttpRequestMessage> Requests { get; } = new List<HttpRequestMessage>();

    /// <summary>The bodies of it.</summary>
    public List<string> Bodies { get; } = new List<string>();

    /// <summary>Returns an answer.</summary>
    public static HttpResponseMessage Answer(int status, string text)
    {
        return new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(text) };
    }

    /// <summary>Returns a builder of clients that speak to it.</summary>
    public GatepassClient.Builder Builder()
    {
        return new GatepassClient.Builder()
            .BaseUrl("http://h/")
            .AuthRetries(new Retries { FirstPause = TimeSpan.Zero })
            .HttpClientConfig(http => http.HttpClientInstance(new HttpClient(this)).RetryInterval(0));
    }

    /// <summary>Remembers a request and answers it.</summary>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int number;
        var body = request.Content == null ? null : await request.Content.ReadAsStringAsync();
        lock (Requests)
        {
            number = Requests.Count;
            Requests.Add(request);
            Bodies.Add(body);
        }
        return await answer(number, cancellationToken);
    }
}
