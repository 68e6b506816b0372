using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Gatepass.Sdk
{
    /// <summary>Says what a platform's exceptions mean: those of .NET, .NET Framework and Mono differ.</summary>
    internal static class Failures
    {
        /// <summary>Returns what became of a request: it holds the platform's own as its cause.</summary>
        public static TransportException Of(
            Exception failure, HttpRequest request, TimeSpan limit, bool hasBegun, bool isLate)
        {
            var server = new Uri(request.QueryUrl).GetLeftPart(UriPartial.Authority);
            if (isLate || failure is OperationCanceledException)
            {
                var time = isLate ? $"{limit.TotalSeconds:0.###} seconds" : "the HTTP client's timeout";
                return new TimedOutException($"no whole answer from {server} within {time}", failure);
            }
            if (hasBegun)
            {
                return new TruncatedAnswerException(
                    $"the answer of {server} ended in the middle", failure);
            }
            var why = WhyNotConnected(failure);
            return why == null
                ? (TransportException)new ConnectionLostException(
                    $"the connection to {server} ended without an answer", failure)
                : new CannotConnectException($"cannot connect to {server}: {why}", failure);
        }

        private static string WhyNotConnected(Exception failure)
        {
            for (var one = failure; one != null; one = one.InnerException)
            {
                if (one is WebException web && WasNotSent(web.Status))
                {
                    return web.Message;
                }
                if (one is AuthenticationException)
                {
                    return one.GetBaseException().Message.Split('\n')[0];
                }
                if (one is IOException)
                {
                    return null; // there was a connection to read from
                }
                if (one is SocketException socket && WasNotSent(socket.SocketErrorCode))
                {
                    return socket.Message;
                }
            }
            return null;
        }

        private static bool WasNotSent(WebExceptionStatus status)
        {
            switch (status)
            {
                case WebExceptionStatus.ConnectFailure:
                case WebExceptionStatus.NameResolutionFailure:
                case WebExceptionStatus.ProxyNameResolutionFailure:
                case WebExceptionStatus.SecureChannelFailure:
                case WebExceptionStatus.TrustFailure:
                    return true;
                default:
                    return false;
            }
        }

        private static bool WasNotSent(SocketError error)
        {
            switch (error)
            {
                case SocketError.ConnectionRefused:
                case SocketError.HostNotFound:
                case SocketError.HostUnreachable:
                case SocketError.NetworkUnreachable:
                case SocketError.NoData:
                case SocketError.NoRecovery:
                case SocketError.TryAgain:
                case SocketError.AddressNotAvailable:
                    return true;
                default:
                    return false;
            }
        }
    }
}
